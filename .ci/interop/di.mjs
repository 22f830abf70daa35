// Data Integrity proofs by npm @digitalbazaar/vc.
// stdin:  {"act": "verify"|"issue"|"time", "suite", "document", "documents": {address: document}, "now", "seed", "curve", "times"}
// stdout: {"ok": true, "document", "sign", "verify"} or {"ok": false, "error"}; sign and verify are nanoseconds each
// documents holds the contexts and key documents that may be loaded; nothing is fetched.
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import { cryptosuite as ecdsaRdfc2019 } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import { createSignCryptosuite, createVerifyCryptosuite } from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import { cryptosuite as eddsaRdfc2022 } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import { text } from 'node:stream/consumers';
import { loaderOf } from './loader.mjs';

const question = JSON.parse(await text(process.stdin));
const suites = {
  'eddsa-rdfc-2022': { sign: eddsaRdfc2022, verify: eddsaRdfc2022 },
  'ecdsa-rdfc-2019': { sign: ecdsaRdfc2019, verify: ecdsaRdfc2019 },
  'eddsa-jcs-2022': { sign: createSignCryptosuite(), verify: createVerifyCryptosuite() },
};

const documentLoader = loaderOf(question.documents);

async function verify() {
  const result = await vc.verifyCredential({
    credential: question.document, documentLoader, now: new Date(question.now),
    suite: new DataIntegrityProof({ cryptosuite: suites[question.suite].verify }),
    checkStatus: async () => ({ verified: true }),
  });
  if (!result.verified) {
    const causes = result.error?.errors ?? [result.error];
    throw new Error(causes.map((e) => `${e?.name}: ${e?.message}`).join('; '));
  }
  return { ok: true };
}

const key = question.act === 'verify' ? null
  : question.suite.startsWith('ecdsa')
    ? await EcdsaMultikey.generate({ curve: question.curve })
    : await Ed25519Multikey.generate({ seed: Buffer.from(question.seed, 'base64') });

async function issue() {
  const { publicKeyMultibase } = await key.export({ publicKey: true });
  const suite = new DataIntegrityProof({
    signer: { ...key.signer(), id: `did:key:${publicKeyMultibase}#${publicKeyMultibase}` },
    cryptosuite: suites[question.suite].sign, date: question.now,
  });
  const credential = structuredClone(question.document); // vc.issue writes into it
  const document = await vc.issue({ credential, suite, documentLoader, now: new Date(question.now) });
  return { ok: true, document };
}

// time signs and verifies the document so many times, after a tenth of them to warm up.
async function time() {
  const spent = async (act) => {
    for (let i = 0; i < question.times / 10; i++) await act();
    const start = process.hrtime.bigint();
    for (let i = 0; i < question.times; i++) await act();
    return Number((process.hrtime.bigint() - start) / BigInt(question.times));
  };
  const { publicKeyMultibase } = await key.export({ publicKey: true });
  const did = `did:key:${publicKeyMultibase}`;
  const method = { id: `${did}#${publicKeyMultibase}`, type: 'Multikey', controller: did, publicKeyMultibase };
  question.documents[did] = {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did, verificationMethod: [method], assertionMethod: [method.id],
  };
  question.document.issuer.id = did;
  const { document } = await issue();
  const sign = await spent(issue);
  question.document = document;
  return { ok: true, sign, verify: await spent(verify) };
}

const answer = await { issue, verify, time }[question.act]().catch((e) => ({ ok: false, error: `${e.name}: ${e.message}` }));
process.stdout.write(JSON.stringify(answer));
