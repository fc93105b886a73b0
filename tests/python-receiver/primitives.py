"""What the protocol builds on: BLAKE3, Ed25519 verification, varu64, lipmaa links, GF(2^8). Pure Python, made for clarity."""

import hashlib
import struct

# BLAKE3 ------------------------------------------------------------------------------------------------------------

IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
ORDER = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
START, END, PARENT, ROOT = 1, 2, 4, 8
MASK = 0xFFFFFFFF


def _compress(chaining, block, counter, length, flags):
    m = list(struct.unpack("<16I", block.ljust(64, b"\0")))
    v = list(chaining) + list(IV[:4]) + [counter & MASK, counter >> 32, length, flags]

    def mix(a, b, c, d, x, y):
        v[a] = (v[a] + v[b] + x) & MASK
        t = v[d] ^ v[a]
        v[d] = (t >> 16 | t << 16) & MASK
        v[c] = (v[c] + v[d]) & MASK
        t = v[b] ^ v[c]
        v[b] = (t >> 12 | t << 20) & MASK
        v[a] = (v[a] + v[b] + y) & MASK
        t = v[d] ^ v[a]
        v[d] = (t >> 8 | t << 24) & MASK
        v[c] = (v[c] + v[d]) & MASK
        t = v[b] ^ v[c]
        v[b] = (t >> 7 | t << 25) & MASK

    for _ in range(7):
        for i, (a, b, c, d) in enumerate(((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                                          (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))):
            mix(a, b, c, d, m[2 * i], m[2 * i + 1])
        m = [m[i] for i in ORDER]
    return [v[i] ^ v[i + 8] for i in range(8)]


def _subtree(data, first, root):
    if len(data) <= 1024:
        chaining = IV
        blocks = [data[i:i + 64] for i in range(0, len(data), 64)] or [b""]
        for i, block in enumerate(blocks):
            flags = (START if i == 0 else 0) | ((END | root) if i == len(blocks) - 1 else 0)
            chaining = _compress(chaining, block, first, len(block), flags)
        return chaining
    left = 1024
    while left * 2 < len(data):
        left *= 2
    words = _subtree(data[:left], first, 0) + _subtree(data[left:], first + left // 1024, 0)
    return _compress(IV, struct.pack("<16I", *words), 0, 64, PARENT | root)


def blake3(data):
    return struct.pack("<8I", *_subtree(bytes(data), 0, ROOT))


# Ed25519 (RFC 8032, section 5.1) -----------------------------------------------------------------------------------

P = 2 ** 255 - 19
L = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def _recover_x(y, sign):
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - x2) % P or y >= P:
        return None
    return P - x if x & 1 != sign else x


def _decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = _recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def _add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar, point):
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _add(total, point)
        point, scalar = _add(point, point), scalar >> 1
    return total


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (_recover_x(BASE_Y, 0), BASE_Y, 1, _recover_x(BASE_Y, 0) * BASE_Y % P)


def ed25519_verify(key, message, signature):
    a, r, s = _decompress(key), _decompress(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = _times(s, BASE), _add(r, _times(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# Numbers and links -------------------------------------------------------------------------------------------------


def varu64(value):
    if value < 248:
        return bytes([value])
    data = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([247 + len(data)]) + data


def lipmaa(n):
    m, power = 1, 3
    while m < n:
        power *= 3
        m = (power - 1) // 2
    power //= 3
    if m != n:
        rest = n
        while rest:
            m = (power - 1) // 2
            power //= 3
            rest %= m
        if m != power:
            power = m
    return n - power


def yasmf(data):
    return b"\x00\x20" + blake3(data)


# GF(2^8) and the erasure code --------------------------------------------------------------------------------------

EXP = [1] * 510
for _i in range(1, 510):
    EXP[_i] = EXP[_i - 1] << 1 ^ (0x11D if EXP[_i - 1] & 128 else 0)
LOG = {EXP[_i]: _i for _i in range(255)}


def gf_mul(a, b):
    return EXP[LOG[a] + LOG[b]] if a and b else 0


def gf_inv(a):
    return EXP[255 - LOG[a]]


def _point(symbol):
    return 0 if symbol == 0 else EXP[symbol - 1]


def _lagrange(points, at):
    """The weights by which values at the points give the value of their polynomial somewhere else."""
    weights = []
    for i, p in enumerate(points):
        top, bottom = 1, 1
        for j, q in enumerate(points):
            if i != j:
                top, bottom = gf_mul(top, at ^ q), gf_mul(bottom, p ^ q)
        weights.append(gf_mul(top, gf_inv(bottom)))
    return weights


def symbol_from(symbols, wanted):
    """Any symbol from K others. Row j of V times inv(V[K,K]) evaluates, at j's point, the polynomial through the source symbols."""
    ids = sorted(symbols)
    if wanted in symbols:
        return symbols[wanted]
    weights = _lagrange([_point(i) for i in ids], _point(wanted))
    out = bytearray(len(symbols[ids[0]]))
    for weight, i in zip(weights, ids):
        for position, value in enumerate(symbols[i]):
            out[position] ^= gf_mul(weight, value)
    return bytes(out)


def erasure_decode(symbols, k):
    return b"".join(symbol_from(symbols, i) for i in range(k))
