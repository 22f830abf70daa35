// Verifies a compact JWS with npm jose.
// stdin:  {"token", "jwk", "alg", "typ"}
// stdout: {"ok": true, "header", "payload"} or {"ok": false, "error"}
import { compactVerify, importJWK } from 'jose';
import { text } from 'node:stream/consumers';

const { token, jwk, alg, typ } = JSON.parse(await text(process.stdin));

async function verify() {
  const { payload, protectedHeader } = await compactVerify(token, await importJWK(jwk, alg), { algorithms: [alg] });
  if (protectedHeader.typ !== typ) {
    throw new Error(`typ is ${JSON.stringify(protectedHeader.typ)}, not ${JSON.stringify(typ)}`);
  }
  return { ok: true, header: protectedHeader, payload: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)) };
}

const answer = await verify().catch((e) => ({ ok: false, error: e.code ? `${e.code}: ${e.message}` : e.message }));
process.stdout.write(JSON.stringify(answer));
