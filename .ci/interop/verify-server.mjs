// npm @digitalbazaar/vc behind Node's http: the check of an eddsa-rdfc-2022
// proof and of its bit in a status list, as a service.
// stdin:  {"documents": {address: document}, "lists": {address: encodedList}}
// stdout: the port on 127.0.0.1, as a line, once it listens
// POST of a credential answers {"verdict": "valid"|"revoked"|"invalid", "error"}.
// documents holds the contexts and key documents, lists the status lists that
// may be asked; both stay in memory, nothing is fetched. It ends when stdin does:
// the first line is the question, the rest keeps it alive.
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { loaderOf } from './loader.mjs';

const lines = createInterface({ input: process.stdin });
lines.once('close', () => process.exit());
const { documents, lists } = JSON.parse(await new Promise((line) => lines.once('line', line)));
const documentLoader = loaderOf(documents);

// A list is base64url without padding behind the multibase letter u, of gzip
// (Bitstring Status List 1.0); bits are counted from the left.
const bits = new Map(Object.entries(lists).map(([url, text]) => [url, gunzipSync(Buffer.from(text.slice(1), 'base64url'))]));

async function checkStatus({ credential }) {
  const { statusListCredential, statusListIndex } = credential.credentialStatus;
  const list = bits.get(statusListCredential);
  const index = Number(statusListIndex);
  if (!list || !(index < list.length * 8)) {
    return { verified: false, error: new Error(`not at hand: ${statusListCredential}`) };
  }
  return { verified: (list[index >> 3] & (0x80 >> (index & 7))) === 0 };
}

async function verdictOf(credential) {
  const result = await vc.verifyCredential({
    credential, documentLoader, checkStatus, suite: new DataIntegrityProof({ cryptosuite }),
  });
  if (result.verified) {
    return { verdict: 'valid' };
  }
  if (result.statusResult && !result.statusResult.verified && !result.statusResult.error) {
    return { verdict: 'revoked' };
  }
  return { verdict: 'invalid', error: result.error?.errors?.map((e) => e.message).join('; ') ?? result.error?.message };
}

const server = createServer(async (request, response) => {
  const answer = await json(request).then(verdictOf).catch((e) => ({ verdict: 'invalid', error: e.message }));
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(answer));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
