"""The library: known values, and requests made by whoever may make them."""

import asyncio
import base64
import gzip
import hashlib
import hmac
import json
import re
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

import valence.scripting
from tests.scripting.conftest import ROOMY, Scripts
from valence.domain import InvalidRequest
from valence.scripting import ScriptCall, ScriptFailed, ScriptFetch, ScriptFetched, ScriptPool
from valence.scripting.worker import _LIBRARY

TEXT = "The quick brown fox jumps over the lazy dog: ü€😀 " * 7
KNOWN = [
    # RFC 1321 A.5, FIPS 180-4 examples, RFC 2202 and RFC 4231 case 2
    ("CE.md5('abc')", "900150983cd24fb0d6963f7d28e17f72"),
    ("CE.md5('')", "d41d8cd98f00b204e9800998ecf8427e"),
    ("CE.hmacMd5Hex('Jefe', 'what do ya want for nothing?')", "750c783e6ab0b503eaa86e310a5db738"),
    ("CE.hmacSha1Hex('Jefe', 'what do ya want for nothing?')", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    ("CE.hmacSha256Hex('Jefe', 'what do ya want for nothing?')", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    ("CE.hmacSha512Hex('Jefe', 'what do ya want for nothing?')", "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"),
    ("CE.hmac('sha1')('hex')('Jefe', 'what do ya want for nothing?')", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    ("[CE.hmacSha1('k', 't') === CE.hmacSha1Base64('k', 't'), CE.hmacSha1('k', 't')]", [True, base64.b64encode(hmac.digest(b"k", b"t", "sha1")).decode()]),
    ("[CE.b64('ü€😀'), CE.decode64(CE.b64('ü€😀'))]", [base64.b64encode("ü€😀".encode()).decode(), "ü€😀"]),
    ("/^[a-z0-9]{10}$/.test(CE.randomString()) && CE.randomString() !== CE.randomString()", True),
    ("/^[a-z0-9]+@[a-z0-9]+\\.com$/.test(CE.randomEmail())", True),
    ("require('lodash').chunk([1, 2, 3], 2)", [[1, 2], [3]]),
    ("require('lodash').VERSION", "4.18.1"),
    ("require('lodash/fp').flow(require('lodash/fp').map((x) => x + 1), require('lodash/fp').sum)([1, 2])", 5),
    ("require('moment').utc('2026-02-28T10:00:00Z').add(1, 'month').format('YYYY-MM-DD HH:mm')", "2026-03-28 10:00"),
    ("require('moment').version", "2.31.0"),
    ("require('jmespath').search({a: [{b: 1}, {b: 2}]}, 'a[?b > `1`].b')", [2]),
    ("require('querystring').stringify({a: 'b c', d: ['1', 2], e: ''})", "a=b%20c&d=1&d=2&e="),
    ("require('querystring').parse('a=b+c&d=1&d=2&e=%C3%BC&f')", {"a": "b c", "d": ["1", "2"], "e": "ü", "f": ""}),
    ("require('node:url').parse('https://u:p@a.b:81/c/d?e=f#g', true).query", {"e": "f"}),
    ("(({host, port, pathname, auth, hash, path}) => [host, port, pathname, auth, hash, path])(require('url').parse('https://u:p@A.b:81/c/d?e=f#g'))", ["a.b:81", "81", "/c/d", "u:p", "#g", "/c/d?e=f"]),
    ("require('url').format({protocol: 'https', host: 'a.b', pathname: '/c', query: {d: 'e f'}})", "https://a.b/c?d=e%20f"),
    ("require('url').resolve('https://a.b/c/d?e', '../f')", "https://a.b/f"),
    ("(() => { const u = new URL('/x/../y?a=1', 'https://a.b:443/c'); u.searchParams.append('b', 'c d'); return [u.href, u.host, u.origin] })()", ["https://a.b/y?a=1&b=c+d", "a.b", "https://a.b"]),
    ("String(new URLSearchParams({a: 'b&c', d: 'é'}))", "a=b%26c&d=%C3%A9"),
    ("require('util').format('%s is %d%%, %j', 'x', 5, {a: 1})", "x is 5%, {\"a\":1}"),
    ("require('util').inspect({a: [1, 'b'], c: {d: {e: {}, f: {g: 1}}}})", "{ a: [ 1, 'b' ], c: { d: { e: {}, f: [Object] } } }"),
    ("require('util').isDeepStrictEqual({a: [1, {b: 2}]}, {a: [1, {b: 2}]})", True),
    ("Buffer.from('ü€').toString('hex') + Buffer.from('c3bc', 'hex')", "c3bce282acü"),
    ("[Buffer.from([255, 65]).toString(), Buffer.from('_-8', 'base64').toString('hex')]", ["\N{REPLACEMENT CHARACTER}A", "ffef"]),
    ("(() => { const b = Buffer.alloc(4); b.writeUInt16BE(258, 1); return [b.readUInt16LE(1), b.toJSON(), Buffer.isBuffer(b)] })()", [513, {"type": "Buffer", "data": [0, 1, 2, 0]}, True]),
    ("Buffer.concat([Buffer.from('a'), Buffer.from('b')]).equals(Buffer.from('ab'))", True),
    ("require('crypto').randomBytes(40).length + require('crypto').randomUUID().length", 76),
    ("require('crypto').timingSafeEqual(Buffer.from('a'), Buffer.from('b'))", False),
    ("require('crypto').createHash('sha256').update('a').update('bc').digest('base64')", base64.b64encode(hashlib.sha256(b"abc").digest()).decode()),
    ("require('zlib').gunzipSync(require('zlib').gzipSync('hello')).toString()", "hello"),
    ("await new Promise((ok) => require('zlib').deflate('x', (e, b) => require('zlib').inflate(b, (f, c) => ok(c.toString()))))", "x"),
    ("(() => { try { require('zlib').inflateSync(Buffer.from('junk!!')) } catch (e) { return e.code } })()", "Z_DATA_ERROR"),
    ("((name) => require(name).isArray([]))('ut' + 'il')", True),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "value"), KNOWN, ids=[known[0][:50] for known in KNOWN])
async def test_the_library_gives_known_values(
    scripts: Scripts, expression: str, value: object
) -> None:
    """Of the standards' own examples, or of Python's libraries."""
    assert await scripts.value(f"done({expression})") == value


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"])
async def test_digests_are_those_of_python(scripts: Scripts, algorithm: str) -> None:
    """At every length around the edges of a block, with short and long keys."""
    texts = [
        "x" * length for length in (0, 1, 55, 56, 63, 64, 65, 111, 112, 119, 127, 128, 129, 1000)
    ]
    texts.append(TEXT)
    body = """
        const crypto = require('crypto');
        done(texts.map((text) => [crypto.createHash(name).update(text).digest('hex'),
                                  crypto.createHmac(name, text).update('message').digest('hex')]))"""
    told = await scripts.value(body, texts=texts, name=algorithm)
    assert told == [
        [
            hashlib.new(algorithm, text.encode()).hexdigest(),
            hmac.new(text.encode(), b"message", algorithm).hexdigest(),
        ]
        for text in texts
    ]


@pytest.mark.parametrize("level", [0, 1, 6, 9])
async def test_what_python_deflates_is_inflated(scripts: Scripts, level: int) -> None:
    """Stored, fixed and dynamic blocks, in each wrapper; and what is deflated here, Python reads."""
    data = (TEXT * 20 + "".join(map(chr, range(3000)))).encode()
    raw = zlib.compressobj(level, zlib.DEFLATED, -15)
    given = {
        "gunzip": gzip.compress(data, level),
        "inflate": zlib.compress(data, level),
        "inflateRaw": raw.compress(data) + raw.flush(),
        "unzip": gzip.compress(data, level),
    }
    body = """
        const zlib = require('zlib');
        const out = {};
        for (const name of Object.keys(given))
            out[name] = zlib[name + 'Sync'](Buffer.from(given[name], 'base64')).toString('utf8');
        done({out, gzip: zlib.gzipSync(text).toString('base64'), deflate: zlib.deflateSync(text).toString('base64')})"""
    encoded = {name: base64.b64encode(value).decode() for name, value in given.items()}
    told = await scripts.value(body, given=encoded, text=data.decode())
    assert isinstance(told, dict)
    assert told["out"] == dict.fromkeys(given, data.decode())
    assert gzip.decompress(base64.b64decode(told["gzip"])) == data
    assert zlib.decompress(base64.b64decode(told["deflate"])) == data


def test_every_module_is_on_its_page() -> None:
    """With the versions that the licences name."""
    root = Path(valence.scripting.__file__).parents[3]
    page = (root / "docs" / "reference" / "scripts.md").read_text()
    assert [name for name in _LIBRARY if name[0] != ":" and f"`{name}`" not in page] == []
    licences = (Path(valence.scripting.__file__).parent / "library" / "LICENSES").read_text()
    named = re.findall(r"^([\w.]+\.js) +\S+ (\d+\.\d+\.\d+) +(\S+)", licences, flags=re.M)
    assert len(named) == 4
    assert [one for one in named if f"| {one[1]}, {one[2]} |" not in page] == []


class Vendor:
    """Answers requests as a vendor would, and remembers them."""

    def __init__(self) -> None:
        self.seen: list[ScriptFetch] = []
        self.gate: asyncio.Event | None = None

    async def __call__(self, request: ScriptFetch) -> ScriptFetched:
        self.seen.append(request)
        path = request.url.removeprefix("https://vendor.test")
        if self.gate is not None:
            await self.gate.wait()
        if path == "/refused":
            raise InvalidRequest("The outbound policy does not allow this address.")
        if path == "/defect":
            raise KeyError("a defect")
        if path == "/missing":
            return ScriptFetched(404, {"X-Kind": "none"}, b'{"error": "no"}')
        if path == "/bytes":
            return ScriptFetched(200, {}, bytes(range(256)))
        body = request.body.decode() if request.body is not None else None
        told = {
            "method": request.method,
            "path": path,
            "headers": dict(request.headers),
            "body": body,
        }
        return ScriptFetched(200, {"Content-Type": "application/json"}, json.dumps(told).encode())


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
async def connected(vendor: Vendor) -> AsyncIterator[Scripts]:
    pool = await ScriptPool.open(workers=1, limits=replace(ROOMY, fetches=4), fetch=vendor)
    yield Scripts(pool)
    await pool.close()


AXIOS = "const axios = require('axios');\n"
REQUESTS = [
    ("axios get", AXIOS + "const r = await axios.get('https://vendor.test/a', {params: {b: 'c d', e: [1]}, headers: {X: 'y'}}); done([r.status, r.headers['content-type'], r.data.method, r.data.path, r.data.headers.x])", [200, "application/json", "GET", "/a?b=c+d&e[]=1", "y"]),
    ("axios post", AXIOS + "const {data} = await axios.post('https://vendor.test/a', {n: 1}); done([data.method, data.body, data.headers['content-type']])", ["POST", '{"n":1}', "application/json"]),
    ("axios form", AXIOS + "const {data} = await axios({method: 'put', url: '/a', baseURL: 'https://vendor.test/v1/', data: new URLSearchParams({a: 'b c'})}); done([data.method, data.path, data.body])", ["PUT", "/v1/a", "a=b+c"]),
    ("axios auth", AXIOS + "const {data} = await axios.request({url: 'https://vendor.test/', auth: {username: 'u', password: 'p'}}); done(data.headers.authorization)", "Basic dTpw"),
    ("axios error", AXIOS + "try { await axios.delete('https://vendor.test/missing') } catch (e) { done([axios.isAxiosError(e), e.response.status, e.response.data, e.response.headers, e.message]) }", [True, 404, {"error": "no"}, {"x-kind": "none"}, "Request failed with status code 404"]),
    ("axios valid", AXIOS + "done((await axios.get('https://vendor.test/missing', {validateStatus: null})).status)", 404),
    ("axios instance", AXIOS + "const api = axios.create({baseURL: 'https://vendor.test', headers: {K: 'v'}}); const {data} = await api.patch('/p', 'raw'); done([data.path, data.body, data.headers.k])", ["/p", "raw", "v"]),
    ("axios bytes", AXIOS + "const {data} = await axios.get('https://vendor.test/bytes', {responseType: 'arraybuffer'}); done([data.length, data[200]])", [256, 200]),
    ("axios refused", AXIOS + "axios.get('https://vendor.test/refused').catch((e) => done(e.message))", "The outbound policy does not allow this address."),
    ("two at once", AXIOS + "const all = await Promise.all(['a', 'b'].map((p) => axios.get('https://vendor.test/' + p))); done(all.map((r) => r.data.path))", ["/a", "/b"]),
    ("https get", "require('https').get('https://vendor.test/g', (res) => { let s = ''; res.on('data', (c) => { s += c }); res.on('end', () => done([res.statusCode, JSON.parse(s).path])) })", [200, "/g"]),
    ("https request", "const req = require('https').request({hostname: 'vendor.test', path: '/r?x=1', method: 'POST', headers: {'Content-Length': 2}}, (res) => { res.setEncoding('utf8'); const parts = []; res.on('data', (c) => parts.push(c)).on('end', () => { const t = JSON.parse(parts.join('')); done([t.method, t.path, t.body, t.headers]) }) }); req.write('h'); req.end('i')", ["POST", "/r?x=1", "hi", {"Content-Length": "2"}]),
    ("http error event", "require('http').get('https://vendor.test/refused').on('error', (e) => done(e.message))", "The outbound policy does not allow this address."),
    ("http default scheme", "require('http').get({host: 'other.test:81'}, (res) => res.on('data', (c) => done(JSON.parse(c).path)))", "http://other.test:81/"),
    ("a timer loses against the network", AXIOS + "const late = new Promise((_, no) => setTimeout(() => no(new Error('late')), 5000)); done((await Promise.race([axios.get('https://vendor.test/a'), late])).status)", 200),
    ("no file", AXIOS + "axios.get('file:///etc/passwd').catch((e) => done(e.message))", "the URL of a request begins with http:// or https:// and has no spaces"),
    ("no smuggling", AXIOS + "axios.get('https://vendor.test/a', {headers: {A: 'b\\r\\nHost: c'}}).catch((e) => done(e.message))", "a header of the request has a name or value that HTTP does not allow"),
    ("a number of them", AXIOS + "const o = []; for (let i = 0; i < 6; i++) await axios.get('https://vendor.test/' + i).then(() => o.push(i), (e) => o.push(e.message)); done(o)", [0, 1, 2, 3, *["a script can make 4 requests, not more"] * 2]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "value"), [one[1:] for one in REQUESTS], ids=[one[0] for one in REQUESTS]
)
async def test_a_script_makes_requests(connected: Scripts, body: str, value: object) -> None:
    """Through the callable that was given, and nowhere else."""
    assert await connected.value(body) == value


async def test_a_request_after_done_is_made(connected: Scripts, vendor: Vendor) -> None:
    """The script goes on after `done`, and its answer waits for it."""
    assert await connected.value(AXIOS + "axios.post('https://vendor.test/log', 'x'); done(1)") == 1
    assert [request.body for request in vendor.seen] == [b"x"]


async def test_without_a_callable_there_is_no_network(scripts: Scripts) -> None:
    """The script is told."""
    body = AXIOS + "axios.get('https://vendor.test/').catch((e) => done(e.message))"
    assert await scripts.value(body) == "scripts cannot make requests here"


async def test_waiting_for_the_network_is_not_the_scripts_time(vendor: Vendor) -> None:
    """A script with half a second may wait longer; its own time goes on after that."""
    vendor.gate = asyncio.Event()
    limits = replace(ROOMY, seconds=1.0)
    pool = await ScriptPool.open(workers=1, limits=limits, fetch=vendor)
    body = (
        AXIOS
        + "const r = await axios.get('https://vendor.test/slow'); if (loop) for (;;); done(r.status)"
    )
    asyncio.get_running_loop().call_later(1.5, vendor.gate.set)
    assert (await pool.run(ScriptCall(body=body, variables={"loop": False}))).value == 200
    with pytest.raises(ScriptFailed) as caught:
        await pool.run(ScriptCall(body=body, variables={"loop": True}))
    assert caught.value.code == "script-timeout"
    await pool.close()


async def test_the_network_has_a_time_of_its_own(vendor: Vendor) -> None:
    """Over all requests of a script together."""
    vendor.gate = asyncio.Event()
    limits = replace(ROOMY, fetch_seconds=0.2)
    pool = await ScriptPool.open(workers=1, limits=limits, fetch=vendor)
    body = AXIOS + "axios.get('https://vendor.test/slow').catch((e) => done(e.message))"
    assert (await pool.run(ScriptCall(body=body, variables={}))).value == "no answer within 0.2 s"
    assert vendor.seen[0].timeout_seconds == 0.2
    await pool.close()


async def test_a_defect_of_the_callable_is_no_script_error(connected: Scripts) -> None:
    """It comes out as what it is, and the pool goes on."""
    with pytest.raises(RuntimeError) as caught:
        await connected.value(
            AXIOS + "done((await axios.get('https://vendor.test/defect')).status)"
        )
    assert isinstance(caught.value.__cause__, KeyError)
    assert await connected.value("done(1)") == 1


async def test_a_cancelled_call_ends_its_requests(vendor: Vendor) -> None:
    """Nobody waits for an answer any more."""
    vendor.gate = asyncio.Event()
    pool = await ScriptPool.open(workers=1, limits=ROOMY, fetch=vendor)
    call = ScriptCall(body=AXIOS + "await axios.get('https://vendor.test/slow')", variables={})
    running = asyncio.create_task(pool.run(call))
    while not vendor.seen:
        await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await pool.run(ScriptCall(body="done(1)", variables={}))).value == 1
    await pool.close()


async def test_a_call_may_be_kept_from_the_network() -> None:
    """Where its kind of script has no business there, though the pool makes requests for others."""
    asked: list[str] = []

    async def vendor(wanted: ScriptFetch) -> ScriptFetched:
        asked.append(wanted.url)
        return ScriptFetched(200, {}, b"{}")

    body = """
    require('https').get('https://vendor.example/x', (response) => done(response.statusCode))
      .on('error', (error) => done(error.message));"""
    pool = await ScriptPool.open(workers=1, limits=ROOMY, fetch=vendor)
    try:
        kept = await pool.run(ScriptCall(body=body, variables={}, may_fetch=False))
        assert "cannot make requests" in str(kept.value)
        assert asked == []
        assert (await pool.run(ScriptCall(body=body, variables={}))).value == 200
    finally:
        await pool.close()
