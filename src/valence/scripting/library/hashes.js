// MD5 (RFC 1321), the SHA family (FIPS 180-4) and HMAC (RFC 2104), on Uint8Array.
// The constants are the fractional parts of cube and square roots of the first primes: 64 bits wide
// for SHA-512 and SHA-384; SHA-256 takes their upper halves, SHA-224 starts with the lower ones.
const words = (text) => text.match(/.{8}/g).map((word) => parseInt(word, 16) | 0);
const upper = (list) => list.filter((_, place) => place % 2 === 0);
const lower = (list) => list.filter((_, place) => place % 2 === 1);
const CUBES = words(
      "428a2f98d728ae227137449123ef65cdb5c0fbcfec4d3b2fe9b5dba58189dbbc3956c25bf348b538" +
    "59f111f1b605d019923f82a4af194f9bab1c5ed5da6d8118d807aa98a303024212835b0145706fbe" +
    "243185be4ee4b28c550c7dc3d5ffb4e272be5d74f27b896f80deb1fe3b1696b19bdc06a725c71235" +
    "c19bf174cf692694e49b69c19ef14ad2efbe4786384f25e30fc19dc68b8cd5b5240ca1cc77ac9c65" +
    "2de92c6f592b02754a7484aa6ea6e4835cb0a9dcbd41fbd476f988da831153b5983e5152ee66dfab" +
    "a831c66d2db43210b00327c898fb213fbf597fc7beef0ee4c6e00bf33da88fc2d5a79147930aa725" +
    "06ca6351e003826f142929670a0e6e7027b70a8546d22ffc2e1b21385c26c9264d2c6dfc5ac42aed" +
    "53380d139d95b3df650a73548baf63de766a0abb3c77b2a881c2c92e47edaee692722c851482353b" +
    "a2bfe8a14cf10364a81a664bbc423001c24b8b70d0f89791c76c51a30654be30d192e819d6ef5218" +
    "d69906245565a910f40e35855771202a106aa07032bbd1b819a4c116b8d2d0c81e376c085141ab53" +
    "2748774cdf8eeb9934b0bcb5e19b48a8391c0cb3c5c95a634ed8aa4ae3418acb5b9cca4f7763e373" +
    "682e6ff3d6b2b8a3748f82ee5defb2fc78a5636f43172f6084c87814a1f0ab728cc702081a6439ec" +
    "90befffa23631e28a4506cebde82bde9bef9a3f7b2c67915c67178f2e372532bca273eceea26619c" +
    "d186b8c721c0c207eada7dd6cde0eb1ef57d4f7fee6ed17806f067aa72176fba0a637dc5a2c898a6" +
    "113f9804bef90dae1b710b35131c471b28db77f523047d8432caab7b40c724933c9ebe0a15c9bebc" +
    "431d67c49c100d4c4cc5d4becb3e42b6597f299cfc657e2a5fcb6fab3ad6faec6c44198c4a475817",
);
const FIRST_SQUARES = words(
  "6a09e667f3bcc908bb67ae8584caa73b3c6ef372fe94f82ba54ff53a5f1d36f1510e527fade682d1" +
    "9b05688c2b3e6c1f1f83d9abfb41bd6b5be0cd19137e2179",
);
const NEXT_SQUARES = words(
  "cbbb9d5dc1059ed8629a292a367cd5079159015a3070dd17152fecd8f70e593967332667ffc00b31" +
    "8eb44a8768581511db0c2e0d64f98fa747b5481dbefa4fa4",
);

function padded(bytes, block, lengthBytes, isBigEndian) {
  const size = Math.ceil((bytes.length + 1 + lengthBytes) / block) * block;
  const out = new Uint8Array(size);
  out.set(bytes);
  out[bytes.length] = 0x80;
  const view = new DataView(out.buffer);
  const high = Math.floor(bytes.length / 0x20000000);
  const low = (bytes.length << 3) >>> 0;
  if (isBigEndian) {
    view.setUint32(size - 8, high);
    view.setUint32(size - 4, low);
  } else {
    view.setUint32(size - 8, low, true);
    view.setUint32(size - 4, high, true);
  }
  return view;
}

function written(state, size, isBigEndian) {
  const view = new DataView(new ArrayBuffer(state.length * 4));
  state.forEach((word, place) => view.setInt32(place * 4, word, !isBigEndian));
  return new Uint8Array(view.buffer).slice(0, size);
}

const MD5_SINES = Array.from({ length: 64 }, (_, i) => (Math.abs(Math.sin(i + 1)) * 0x100000000) | 0);
const MD5_TURNS = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];

function md5(bytes) {
  const view = padded(bytes, 64, 8, false);
  const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let at = 0; at < view.byteLength; at += 64) {
    let [a, b, c, d] = state;
    for (let i = 0; i < 64; i += 1) {
      const round = i >> 4;
      let mixed;
      let place;
      if (round === 0) [mixed, place] = [(b & c) | (~b & d), i];
      else if (round === 1) [mixed, place] = [(d & b) | (~d & c), (5 * i + 1) & 15];
      else if (round === 2) [mixed, place] = [b ^ c ^ d, (3 * i + 5) & 15];
      else [mixed, place] = [c ^ (b | ~d), (7 * i) & 15];
      const sum = (a + mixed + MD5_SINES[i] + view.getInt32(at + place * 4, true)) | 0;
      const turn = MD5_TURNS[round][i & 3];
      [a, d, c, b] = [d, c, b, (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0];
    }
    [a, b, c, d].forEach((word, place) => (state[place] = (state[place] + word) | 0));
  }
  return written(state, 16, false);
}

function sha1(bytes) {
  const view = padded(bytes, 64, 8, true);
  const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0];
  const w = new Int32Array(80);
  for (let at = 0; at < view.byteLength; at += 64) {
    let [a, b, c, d, e] = state;
    for (let i = 0; i < 80; i += 1) {
      if (i < 16) w[i] = view.getInt32(at + i * 4);
      else {
        const x = w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16];
        w[i] = (x << 1) | (x >>> 31);
      }
      let mixed;
      if (i < 20) mixed = ((b & c) | (~b & d)) + 0x5a827999;
      else if (i < 40) mixed = (b ^ c ^ d) + 0x6ed9eba1;
      else if (i < 60) mixed = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
      else mixed = (b ^ c ^ d) + 0xca62c1d6;
      const next = (((a << 5) | (a >>> 27)) + mixed + e + w[i]) | 0;
      [e, d, c, b, a] = [d, c, (b << 30) | (b >>> 2), a, next];
    }
    [a, b, c, d, e].forEach((word, place) => (state[place] = (state[place] + word) | 0));
  }
  return written(state, 20, true);
}

const K32 = upper(CUBES).slice(0, 64);
const turned = (x, n) => (x >>> n) | (x << (32 - n));

function sha256(bytes, start, size) {
  const view = padded(bytes, 64, 8, true);
  const state = start.slice();
  const w = new Int32Array(64);
  for (let at = 0; at < view.byteLength; at += 64) {
    for (let i = 0; i < 64; i += 1) {
      if (i < 16) w[i] = view.getInt32(at + i * 4);
      else {
        const x = w[i - 15];
        const y = w[i - 2];
        const s0 = turned(x, 7) ^ turned(x, 18) ^ (x >>> 3);
        const s1 = turned(y, 17) ^ turned(y, 19) ^ (y >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
      }
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K32[i] + w[i]) | 0;
      const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, place) => (state[place] = (state[place] + word) | 0));
  }
  return written(state, size, true);
}

// 64-bit words as pairs of 32: [high, low]; a sum carries from low to high.
function sha512(bytes, start, size) {
  const view = padded(bytes, 128, 16, true);
  const state = start.slice();
  const w = new Int32Array(160);
  const high = (hi, lo, n) => (n < 32 ? (hi >>> n) | (lo << (32 - n)) : (lo >>> (n - 32)) | (hi << (64 - n)));
  const low = (hi, lo, n) => high(lo, hi, n);
  for (let at = 0; at < view.byteLength; at += 128) {
    for (let i = 0; i < 32; i += 1) w[i] = view.getInt32(at + i * 4);
    for (let i = 32; i < 160; i += 2) {
      const [xh, xl, yh, yl] = [w[i - 30], w[i - 29], w[i - 4], w[i - 3]];
      const s0h = high(xh, xl, 1) ^ high(xh, xl, 8) ^ (xh >>> 7);
      const s0l = low(xh, xl, 1) ^ low(xh, xl, 8) ^ ((xl >>> 7) | (xh << 25));
      const s1h = high(yh, yl, 19) ^ high(yh, yl, 61) ^ (yh >>> 6);
      const s1l = low(yh, yl, 19) ^ low(yh, yl, 61) ^ ((yl >>> 6) | (yh << 26));
      const sum = (w[i - 31] >>> 0) + (s0l >>> 0) + (w[i - 13] >>> 0) + (s1l >>> 0);
      w[i + 1] = sum | 0;
      w[i] = (w[i - 32] + s0h + w[i - 14] + s1h + Math.floor(sum / 0x100000000)) | 0;
    }
    const v = state.slice();
    for (let i = 0; i < 160; i += 2) {
      const [ah, al, bh, bl, ch, cl] = v;
      const [eh, el, fh, fl, gh, gl, hh, hl] = v.slice(8);
      const s1h = high(eh, el, 14) ^ high(eh, el, 18) ^ high(eh, el, 41);
      const s1l = low(eh, el, 14) ^ low(eh, el, 18) ^ low(eh, el, 41);
      const t1low = (hl >>> 0) + (s1l >>> 0) + (((el & fl) ^ (~el & gl)) >>> 0) + (CUBES[i + 1] >>> 0) + (w[i + 1] >>> 0);
      const t1h = (hh + s1h + ((eh & fh) ^ (~eh & gh)) + CUBES[i] + w[i] + Math.floor(t1low / 0x100000000)) | 0;
      const t1l = t1low | 0;
      const s0h = high(ah, al, 28) ^ high(ah, al, 34) ^ high(ah, al, 39);
      const s0l = low(ah, al, 28) ^ low(ah, al, 34) ^ low(ah, al, 39);
      const t2low = (s0l >>> 0) + (((al & bl) ^ (al & cl) ^ (bl & cl)) >>> 0);
      const t2h = (s0h + ((ah & bh) ^ (ah & ch) ^ (bh & ch)) + Math.floor(t2low / 0x100000000)) | 0;
      const newE = (v[7] >>> 0) + (t1l >>> 0);
      const newA = (t1l >>> 0) + (t2low % 0x100000000 >>> 0);
      const eHigh = (v[6] + t1h + Math.floor(newE / 0x100000000)) | 0;
      const aHigh = (t1h + t2h + Math.floor(newA / 0x100000000)) | 0;
      v.copyWithin(2, 0, 14);
      v[8] = eHigh; v[9] = newE | 0; v[0] = aHigh; v[1] = newA | 0;
    }
    for (let i = 0; i < 16; i += 2) {
      const sum = (state[i + 1] >>> 0) + (v[i + 1] >>> 0);
      state[i] = (state[i] + v[i] + Math.floor(sum / 0x100000000)) | 0;
      state[i + 1] = sum | 0;
    }
  }
  return written(state, size, true);
}

const HASHES = {
  md5: { block: 64, of: md5 },
  sha1: { block: 64, of: sha1 },
  sha224: { block: 64, of: (bytes) => sha256(bytes, lower(NEXT_SQUARES), 28) },
  sha256: { block: 64, of: (bytes) => sha256(bytes, upper(FIRST_SQUARES), 32) },
  sha384: { block: 128, of: (bytes) => sha512(bytes, NEXT_SQUARES, 48) },
  sha512: { block: 128, of: (bytes) => sha512(bytes, FIRST_SQUARES, 64) },
};

function named(algorithm) {
  const name = String(algorithm).toLowerCase().replace("-", "");
  if (!Object.hasOwn(HASHES, name)) throw new Error("Digest method not supported: " + algorithm);
  return HASHES[name];
}

function joined(first, second) {
  const out = new Uint8Array(first.length + second.length);
  out.set(first);
  out.set(second, first.length);
  return out;
}

function hmac(algorithm, key, bytes) {
  const { block, of } = named(algorithm);
  const short = key.length > block ? of(key) : key;
  const inner = new Uint8Array(block).fill(0x36);
  const outer = new Uint8Array(block).fill(0x5c);
  short.forEach((byte, place) => {
    inner[place] ^= byte;
    outer[place] ^= byte;
  });
  return of(joined(outer, of(joined(inner, bytes))));
}

exports.names = Object.keys(HASHES);
exports.hash = (algorithm, bytes) => named(algorithm).of(bytes);
exports.hmac = hmac;
exports.check = named;
