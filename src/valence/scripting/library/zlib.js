// Inflate (RFC 1951), zlib and gzip wrappers (RFC 1950, RFC 1952). What is deflated here is stored
// without being made smaller: any reader takes it, and the processor time of a script is dear.
const { Buffer } = require("buffer");

const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCES = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
const DISTANCE_BITS = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function broken(why) {
  const error = new Error(why);
  error.code = "Z_DATA_ERROR";
  return error;
}

// A canonical Huffman code: how many codes there are of each length, and the symbols in order.
function huffman(lengths) {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length] += 1;
  counts[0] = 0;
  const starts = new Uint16Array(16);
  for (let i = 1; i < 16; i += 1) starts[i] = starts[i - 1] + counts[i - 1];
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, symbol) => {
    if (length) symbols[starts[length]++] = symbol;
  });
  return { counts, symbols };
}

function fixedCodes() {
  const lengths = Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8));
  return [huffman(lengths), huffman(new Array(30).fill(5))];
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
    this.held = 0;
    this.count = 0;
  }
  bits(wanted) {
    while (this.count < wanted) {
      if (this.at >= this.bytes.length) throw broken("unexpected end of file");
      this.held |= this.bytes[this.at++] << this.count;
      this.count += 8;
    }
    const value = this.held & ((1 << wanted) - 1);
    this.held >>>= wanted;
    this.count -= wanted;
    return value;
  }
  symbol({ counts, symbols }) {
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; length < 16; length += 1) {
      code |= this.bits(1);
      const count = counts[length];
      if (code - count < first) return symbols[index + code - first];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw broken("invalid code lengths set");
  }
  toByte() {
    this.held = 0;
    this.count = 0;
  }
}

class Output {
  constructor() {
    this.bytes = new Uint8Array(4096);
    this.length = 0;
  }
  room(more) {
    if (this.length + more <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

function dynamicCodes(reader) {
  const [literals, distances, orders] = [reader.bits(5) + 257, reader.bits(5) + 1, reader.bits(4) + 4];
  const lengths = new Array(19).fill(0);
  for (let i = 0; i < orders; i += 1) lengths[ORDER[i]] = reader.bits(3);
  const code = huffman(lengths);
  const all = [];
  while (all.length < literals + distances) {
    const symbol = reader.symbol(code);
    if (symbol < 16) all.push(symbol);
    else if (symbol === 16 && all.length === 0) throw broken("invalid bit length repeat");
    else {
      const value = symbol === 16 ? all[all.length - 1] : 0;
      const times = symbol === 16 ? 3 + reader.bits(2) : symbol === 17 ? 3 + reader.bits(3) : 11 + reader.bits(7);
      for (let i = 0; i < times; i += 1) all.push(value);
    }
  }
  return [huffman(all.slice(0, literals)), huffman(all.slice(literals, literals + distances))];
}

function copyStored(reader, out) {
  reader.toByte();
  const { bytes, at } = reader;
  const size = bytes[at] | (bytes[at + 1] << 8);
  if (at + 4 + size > bytes.length) throw broken("unexpected end of file");
  if (size !== (~(bytes[at + 2] | (bytes[at + 3] << 8)) & 0xffff)) throw broken("invalid stored block lengths");
  out.room(size);
  out.bytes.set(bytes.subarray(at + 4, at + 4 + size), out.length);
  out.length += size;
  reader.at = at + 4 + size;
}

function copyCoded(reader, out, [literals, distances]) {
  for (;;) {
    const symbol = reader.symbol(literals);
    if (symbol === 256) return;
    if (symbol < 256) {
      out.room(1);
      out.bytes[out.length++] = symbol;
      continue;
    }
    if (symbol > 285) throw broken("invalid literal/length code");
    const length = LENGTHS[symbol - 257] + reader.bits(LENGTH_BITS[symbol - 257]);
    const place = reader.symbol(distances);
    if (place > 29) throw broken("invalid distance code");
    const distance = DISTANCES[place] + reader.bits(DISTANCE_BITS[place]);
    if (distance > out.length) throw broken("invalid distance too far back");
    out.room(length);
    for (let i = 0; i < length; i += 1, out.length += 1) out.bytes[out.length] = out.bytes[out.length - distance];
  }
}

function inflated(bytes, start) {
  const reader = new Reader(bytes);
  const out = new Output();
  reader.at = start;
  let isLast = 0;
  while (!isLast) {
    isLast = reader.bits(1);
    const kind = reader.bits(2);
    if (kind === 0) copyStored(reader, out);
    else if (kind === 1) copyCoded(reader, out, fixedCodes());
    else if (kind === 2) copyCoded(reader, out, dynamicCodes(reader));
    else throw broken("invalid block type");
  }
  return { out: Buffer.from(out.bytes.buffer, 0, out.length), end: reader.at };
}

let crcTable = null;
function crc32(bytes) {
  crcTable ||= Int32Array.from({ length: 256 }, (_, byte) => {
    let word = byte;
    for (let i = 0; i < 8; i += 1) word = word & 1 ? (word >>> 1) ^ 0xedb88320 : word >>> 1;
    return word;
  });
  let sum = -1;
  for (const byte of bytes) sum = crcTable[(sum ^ byte) & 255] ^ (sum >>> 8);
  return ~sum >>> 0;
}

function adler32(bytes) {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}

function stored(bytes) {
  const parts = [];
  for (let at = 0; at === 0 || at < bytes.length; at += 65535) {
    const part = bytes.subarray(at, at + 65535);
    const head = Buffer.alloc(5);
    head[0] = at + 65535 >= bytes.length ? 1 : 0;
    head.writeUInt16LE(part.length, 1);
    head.writeUInt16LE(~part.length & 0xffff, 3);
    parts.push(head, part);
  }
  return Buffer.concat(parts);
}

function gunzip(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) throw broken("incorrect header check");
  const flags = bytes[3];
  let at = 10;
  if (flags & 4) at += 2 + (bytes[at] | (bytes[at + 1] << 8));
  for (const flag of [8, 16])
    if (flags & flag) {
      while (at < bytes.length && bytes[at] !== 0) at += 1;
      at += 1;
    }
  if (flags & 2) at += 2;
  const { out, end } = inflated(bytes, at);
  if (end + 8 > bytes.length) throw broken("unexpected end of file");
  if (bytes.readUInt32LE(end) !== crc32(out)) throw broken("incorrect data check");
  return out;
}

function inflate(bytes) {
  if (bytes.length < 2 || (bytes[0] & 15) !== 8 || ((bytes[0] << 8) | bytes[1]) % 31) throw broken("incorrect header check");
  const { out, end } = inflated(bytes, 2);
  if (end + 4 > bytes.length) throw broken("unexpected end of file");
  if (bytes.readUInt32BE(end) !== adler32(out)) throw broken("incorrect data check");
  return out;
}

function deflate(bytes) {
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(adler32(bytes));
  return Buffer.concat([Buffer.from([0x78, 0x01]), stored(bytes), tail]);
}

function gzip(bytes) {
  const tail = Buffer.alloc(8);
  tail.writeUInt32LE(crc32(bytes));
  tail.writeUInt32LE(bytes.length >>> 0, 4);
  return Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]), stored(bytes), tail]);
}

const acts = {
  gunzip, inflate, gzip, deflate,
  inflateRaw: (bytes) => inflated(bytes, 0).out,
  deflateRaw: stored,
  unzip: (bytes) => (bytes[0] === 0x1f ? gunzip(bytes) : inflate(bytes)),
};
for (const [name, act] of Object.entries(acts)) {
  const sync = (value) => act(Buffer.from(value));
  exports[name + "Sync"] = sync;
  exports[name] = (value, options, callback) => {
    const answer = callback || options;
    Promise.resolve().then(() => sync(value)).then((out) => answer(null, out), (error) => answer(error));
  };
}
exports.crc32 = (value) => crc32(Buffer.from(value));
