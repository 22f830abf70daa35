// loaderOf makes a document loader over documents by address: contexts and key
// documents. A verification method is a part of its controller's document.
// Nothing is fetched.
export const loaderOf = (documents) => async (url) => {
  const [owner, fragment] = url.split('#');
  let document = documents[url] ?? documents[owner];
  if (fragment && document?.verificationMethod) {
    const method = document.verificationMethod.find((m) => m.id === url);
    document = method && { '@context': 'https://w3id.org/security/multikey/v1', ...method };
  }
  if (!document) {
    throw new Error(`not at hand: ${url}`);
  }
  return { contextUrl: null, documentUrl: url, document };
};
