"""A receiver written from src/P2Panda.Radio.Air/PROTOCOL.md. Shares no code with the program; made to be read, not to be fast."""

import itertools

from primitives import blake3, ed25519_verify, erasure_decode, lipmaa, symbol_from, varu64, yasmf
from textmodel import Decoder

KINDS = ("Announcement", "Entries", "AuthorEntry", "Want", "RepairSet", "ChainPart", "Control", "Entry")
COUNTED = ("Announcement", "Want", "Control")


class Refused(Exception):
    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class Reader:
    def __init__(self, data, reason="RecordMalformed"):
        self.data, self.at, self.reason = data, 0, reason

    def take(self, count):
        if self.at + count > len(self.data):
            raise Refused(self.reason)
        self.at += count
        return self.data[self.at - count:self.at]

    def byte(self):
        return self.take(1)[0]

    def number(self):
        first = self.byte()
        if first < 248:
            return first
        value = int.from_bytes(self.take(first - 247), "big")
        if varu64(value) != varu64(value)[:1] + self.data[self.at - first + 247:self.at] or len(varu64(value)) != first - 246:
            raise Refused(self.reason)
        return value

    def rest(self):
        return self.take(len(self.data) - self.at)

    def done(self):
        return self.at == len(self.data)


class Entry:
    """A Bamboo entry with its payload, taken apart; proved by prove()."""

    def __init__(self, data, payload):
        r = Reader(data, "EntryMalformed")
        self.data, self.payload, self.tag, self.author = data, payload, r.byte(), r.take(32)
        self.log, self.seq = r.number(), r.number()
        if self.tag > 1 or self.seq == 0:
            raise Refused("EntryMalformed")
        self.skiplink = r.take(34) if needs_skiplink(self.seq) else None
        self.backlink = r.take(34) if self.seq > 1 else None
        self.size, self.hash, self.signature = r.number(), r.take(34), r.take(64)
        self.length = r.at
        self.id = yasmf(data)

    def prove(self):
        if self.length != len(self.data):
            raise Refused("EntryMalformed")
        if not ed25519_verify(self.author, self.data[:-64], self.signature):
            raise Refused("EntrySignature")
        if self.size != len(self.payload) or self.hash != yasmf(self.payload):
            raise Refused("EntryPayload")
        return self


def needs_skiplink(seq):
    return seq > 1 and lipmaa(seq) != seq - 1


def bits_of(name):
    return int.from_bytes(name, "big")


class ShortReference:
    def __init__(self, r):
        first = r.byte()
        data = bytes([first]) + r.take(first >> 6)
        self.bits = 8 * len(data) - 2
        self.value = int.from_bytes(data, "big") & (1 << self.bits) - 1

    def fits(self, name):
        return bits_of(name) >> 256 - self.bits == self.value


class Shape:
    def __init__(self, r=None, schema=None, names=()):
        if r is not None:
            schema, names = read_schema(r), tuple(r.take(r.number()) for _ in range(r.number()))
        self.schema, self.names = schema, tuple(names)

    @property
    def encoded(self):
        name, digests = self.schema, []
        while len(name) > 69 and name[-69:-64] == b"_0020" and set(name[-64:]) <= set(b"0123456789abcdef"):
            digests.insert(0, bytes.fromhex(name[-64:].decode()))
            name = name[:-69]
        parts = [varu64(len(name)), name, varu64(len(digests)), *digests, varu64(len(self.names))]
        return b"".join(parts + [varu64(len(n)) + n for n in self.names])

    @property
    def hash(self):
        return blake3(self.encoded)


def read_schema(r):
    name = r.take(r.number())
    return name + b"".join(b"_0020" + r.take(32).hex().encode() for _ in range(r.number()))


def cbor_head(major, argument):
    for info, limit, width in ((None, 24, 0), (24, 1 << 8, 1), (25, 1 << 16, 2), (26, 1 << 32, 4), (27, 1 << 64, 8)):
        if argument < limit:
            return bytes([major << 5 | (argument if info is None else info)]) + argument.to_bytes(width, "big") if width \
                else bytes([major << 5 | argument])


def read_cbor_head(r):
    start, first = r.at, r.byte()
    major, info = first >> 5, first & 31
    if info > 27:
        raise Refused("RecordMalformed")
    argument = info if info < 24 else int.from_bytes(r.take(1 << info - 24), "big")
    return major, argument, r.data[start:r.at]


def shape_of(payload):
    """The shape of an operation written as p2panda writes them, or None."""
    try:
        r = Reader(payload)
        count, version, action = r.byte(), r.byte(), r.byte()
        if version != 1 or action > 2 or count != 0x80 + (5 if action == 1 else 4):
            return None
        major, length, _ = read_cbor_head(r)
        schema = r.take(length)
        if action:
            for _ in range(read_cbor_head(r)[1]):
                r.take(36)
        if major != 3:
            return None
        names = []
        if action != 2:
            for _ in range(read_cbor_head(r)[1]):
                names.append(r.take(read_cbor_head(r)[1]))
                skip(r)
        return Shape(schema=schema, names=names) if r.done() else None
    except Refused:
        return None


def skip(r):
    major, argument, _ = read_cbor_head(r)
    if major in (2, 3):
        r.take(argument)
    for _ in range(argument if major == 4 else 0):
        skip(r)


class Receiver:
    def __init__(self, network, primed, options=()):
        self.network, self.primed, self.options = network, primed, options
        self.keys, self.strict_keys, self.marks = {}, set(), {}
        self.entries, self.authors, self.shapes = {}, [], {}
        self.assemblies, self.finished, self.pending, self.chains = {}, [], [], {}

    # What it holds -------------------------------------------------------------------------------------------------

    def learn_key(self, key):
        self.keys[key] = blake3(key)[:8]

    def learn_author(self, key):
        if key not in self.authors:
            self.authors.append(key)

    def learn_shape(self, shape):
        self.shapes[shape.hash] = shape

    def hold(self, entry):
        self.entries[entry.author, entry.log, entry.seq] = entry
        self.learn_author(entry.author)
        shape = shape_of(entry.payload)
        if shape and entry.payload[2] != 2:
            self.learn_shape(shape)

    def shape_at(self, author, log, seq):
        entry = self.entries.get((author, log, seq))
        shape = shape_of(entry.payload) if entry else None
        if shape is None:
            raise Refused("ContextMissing")
        return shape

    # Frames and assemblies (sections 1 and 2) ----------------------------------------------------------------------

    def receive(self, frame):
        """Returns (verdict, reason, burst or None)."""
        try:
            return self._receive(frame)
        except Refused as refused:
            return "Refused", refused.reason, None

    def _receive(self, frame):
        if not 1 <= len(frame) <= 255:
            raise Refused("FrameLength")
        if frame[0] >> 6 != 1:
            raise Refused("FrameVersion")
        k, strict = (frame[0] & 31) + 1, bool(frame[0] & 32)
        header = 1 if k == 1 else 6
        end = len(frame) - (68 if strict else 0)
        if end - header < 1:
            raise Refused("FrameTooShort")
        symbol = frame[header:end]
        tag, esi = (blake3(symbol)[:4], 0) if k == 1 else (frame[1:5], frame[5])
        if esi == 255:
            raise Refused("SymbolId")
        self.frame_sender = self.check_frame(frame, symbol, k) if strict else None
        if not strict and "strict" in self.options:
            raise Refused("StrictMissing")
        key = tag, k, len(symbol)
        for other, padded in self.finished:
            if other == key and symbol_from({i: padded[i * key[2]:(i + 1) * key[2]] for i in range(k)}, esi) == symbol:
                return "Redundant", None, None
        heard = self.assemblies.setdefault(key, [])
        if (esi, symbol) in heard:
            return "Duplicate", None, None
        heard.append((esi, symbol))
        if len({i for i, _ in heard}) < k:
            return "Progress", None, None
        padded = self.search(heard, k, tag)
        if padded is None:
            return "Progress", "TagMismatch", None
        burst = self.believe(padded, k, key)
        return "Completed", None, burst

    @staticmethod
    def search(heard, k, tag):
        """Oldest first; a subset that decodes to the tag, whatever was forged."""
        for chosen in itertools.combinations(heard, k):
            symbols = dict(chosen)
            if len(symbols) == k:
                padded = erasure_decode(symbols, k)
                if blake3(padded)[:4] == tag:
                    return padded
        return None

    def check_frame(self, frame, symbol, k):
        known = [key for key, key_id in self.keys.items() if key_id[:4] == frame[-68:-64]]
        if not known:
            raise Refused("StrictUnknownKey")
        for key in known:
            if ed25519_verify(key, b"p2panda-radio frame v1" + self.network + frame[:-64], frame[-64:]):
                self.strict_keys.add(key)
                return key
        raise Refused("StrictSignature")

    def close(self, key, padded):
        self.assemblies.pop(key, None)
        self.finished.append((key, padded))

    # Bursts (section 3) --------------------------------------------------------------------------------------------

    def believe(self, padded, k, key):
        kind, padding = KINDS[padded[0] >> 5], padded[0] & 31
        if padding >= k or padding >= len(padded) or any(padded[len(padded) - padding:]):
            raise Refused("BurstPadding")
        data = padded[:len(padded) - padding]
        burst = {"kind": kind, "sender": None, "counter": 0, "urgent": False, "entries": []}
        if kind == "AuthorEntry":
            if len(data) < 2:
                raise Refused("BurstTooShort")
            if "attribution" in self.options:
                raise Refused("AttributionMissing")
            body = data[1:]
            reasons = self.records(body[1:], burst) if body[0] == 0 else self.single(body, burst)
            if not burst["entries"]:
                raise Refused(reasons[0])
            self.close(key, padded)
            return burst
        if len(data) < 78:
            raise Refused("BurstTooShort")
        body = data[14:-64]
        sender = self.check_seal(data, kind, body)
        self.close(key, padded)
        counter = int.from_bytes(data[9:14], "big")
        if kind == "Announcement":
            self.learn_key(sender)
        if sender in self.strict_keys and self.frame_sender is None:
            raise Refused("Downgrade")
        if kind in COUNTED:
            if counter <= self.marks.get(sender, 0):
                raise Refused("CounterReplayed")
            self.marks[sender] = counter
        burst.update(sender=sender.hex(), counter=counter)
        if kind == "Announcement":
            self.announcement(body)
        elif kind == "Entry":
            self.single(body, burst)
        elif kind == "Entries":
            self.records(body, burst)
        elif kind == "ChainPart":
            self.chain_part(sender, body, burst)
        return burst

    def check_seal(self, data, kind, body):
        known = [key for key, key_id in self.keys.items() if key_id == data[1:9]]
        if kind == "Announcement":
            announced = [content for type_, content in self.sections(body, strict=False) if type_ == 1 and len(content) == 32]
            known += [key for key in announced if blake3(key)[:8] == data[1:9] and key not in known]
        if not known:
            raise Refused("KeyUnknown")
        for key in known:
            if ed25519_verify(key, b"p2panda-radio burst v1" + self.network + data[:-64], data[-64:]):
                return key
        raise Refused("SealInvalid")

    @staticmethod
    def sections(body, strict=True):
        r, found = Reader(body, "BodyMalformed"), []
        try:
            while not r.done():
                type_ = r.byte()
                found.append((type_, r.take(r.number())))
        except Refused:
            if strict:
                raise
            return []
        return found

    def announcement(self, body):
        for type_, content in self.sections(body):
            if type_ == 2:
                r = Reader(content, "BodyMalformed")
                while not r.done():
                    self.learn_shape(Shape(r))
            elif type_ == 3:
                for i in range(0, len(content) - 31, 32):
                    self.learn_author(content[i:i + 32])

    def chain_part(self, sender, body, burst):
        r = Reader(body, "ChainPart")
        name, count, index = r.take(8), r.number(), r.number()
        if count > 2048:
            raise Refused("ChainPart")
        if index >= count or r.done():
            raise Refused("ChainPart")
        data = r.rest()
        if (count - 1) * len(data) > 262144:
            raise Refused("ChainBound")
        parts = self.chains.setdefault((sender, name, count), {})
        parts.setdefault(index, data)
        if len(parts) == count:
            parts = self.chains.pop((sender, name, count))
            record = b"".join(parts[i] for i in range(count))
            if blake3(record)[:8] != name:
                raise Refused("ChainPart")
            self.single(record, burst)

    # Records (section 5) -------------------------------------------------------------------------------------------

    def single(self, record, burst):
        reasons = []
        self.take(record, Before(), burst, reasons)
        return reasons

    def records(self, body, burst):
        r, before, reasons = Reader(body, "BodyMalformed"), Before(), []
        while not r.done():
            record = r.take(r.number())
            if record:
                before = self.take(record, before, burst, reasons)
            else:
                burst["urgent"] = True
        return reasons or ["BodyMalformed"]

    def take(self, record, before, burst, reasons):
        attempt = RecordAttempt(self, before)
        try:
            entry = attempt.read(record)
        except Refused as refused:
            reasons.append(refused.reason)
            if refused.reason in ("ContextMissing", "AuthorUnknown"):
                self.pending.append((record, before))
            return attempt.leaves(None)
        self.hold(entry)
        burst["entries"].append(entry)
        waiting, self.pending = self.pending, []
        for other, other_before in waiting:
            self.take(other, other_before, burst, [])
        return attempt.leaves(entry)


class Before:
    def __init__(self, authors=(), log=0, seq=0, shape=None):
        self.authors, self.log, self.seq, self.shape = authors, log, seq, shape


class RecordAttempt:
    def __init__(self, receiver, before, located=None):
        self.rx, self.before, self.located = receiver, before, located
        self.authors, self.log, self.seq = [], 0, 0

    def leaves(self, entry):
        if entry is None:
            return Before(self.authors, self.log, self.seq)
        return Before([entry.author], entry.log, entry.seq, shape_of(entry.payload))

    def read(self, record):
        r = Reader(record)
        head = r.byte()
        form, position, extended = head >> 3 & 3, head & 7, 0
        if head >> 5 != 1:
            raise Refused("RecordFormat")
        if form == 0:
            if position:
                raise Refused("RecordFormat")
            return self.raw(r.rest())
        if position == 6:
            second = r.byte()
            position, extended = second & 7, second & 0xF8
        if form == 3 or position == 6 or extended & 0x18:
            raise Refused("RecordFormat")
        self.position(r, position)
        backlink = b"\0\x20" + r.take(32) if extended & 0x80 else None
        skiplink = b"\0\x20" + r.take(32) if extended & 0x40 else None
        signature = r.take(64)
        return self.rebuild(form, extended & 0x20, backlink, skiplink, signature, r.rest())

    def raw(self, data):
        try:
            length = Entry(data, b"").length
        except Refused:
            raise Refused("RecordMalformed") from None
        return Entry(data[:length], data[length:]).prove()

    def position(self, r, code):
        if code == 7:
            if self.located is None:
                raise Refused("RecordFormat")
            self.authors, self.log, self.seq = [self.located[0]], self.located[1], self.located[2]
            return
        self.authors, self.log, self.seq = self.before.authors, self.before.log, 1
        if code == 4:
            self.seq = self.before.seq + 1
        else:
            if code in (0, 1):
                reference = ShortReference(r)
                self.authors = [author for author in self.rx.authors if reference.fits(author)]
            elif code == 5:
                self.authors = [r.take(32)]
            self.log = r.number()
            if code in (1, 3, 5):
                self.seq = r.number()
                if self.seq == 0:
                    raise Refused("RecordMalformed")
        if not self.authors:
            raise Refused("AuthorUnknown")

    def rebuild(self, form, end_of_log, backlink, skiplink, signature, content):
        worst = "EntrySignature"
        for author in self.authors:
            try:
                back = backlink or (self.link(author, self.seq - 1) if self.seq > 1 else b"")
                skip_ = skiplink or (self.link(author, lipmaa(self.seq)) if needs_skiplink(self.seq) else b"")
                for payload in self.payloads(form, content, author, back):
                    data = b"".join((b"\1" if end_of_log else b"\0", author, varu64(self.log), varu64(self.seq), skip_, back,
                                     varu64(len(payload)), yasmf(payload), signature))
                    try:
                        return Entry(data, payload).prove()
                    except Refused:
                        pass
            except Refused as refused:
                worst = worst if worst == "ContextMissing" else refused.reason
        raise Refused(worst)

    def link(self, author, seq):
        entry = self.rx.entries.get((author, self.log, seq))
        if entry is None:
            raise Refused("ContextMissing")
        return entry.id

    # Packed operations (section 6) -----------------------------------------------------------------------------------

    def payloads(self, form, content, author, back):
        if form == 1:
            yield content
            return
        r = Reader(content)
        head = r.byte()
        action, source, previous, fields = head >> 6, head >> 4 & 3, head >> 2 & 3, head & 3
        if action == 3 or previous > 1 or fields == 3 or (action == 0 and previous) or (action == 2 and fields):
            raise Refused("RecordFormat")
        if source == 0:
            reference = ShortReference(r)
            shapes = [shape for name, shape in self.rx.shapes.items() if reference.fits(name)]
        elif source == 1:
            shapes = [self.rx.shape_at(author, self.log, self.seq - 1) if self.seq > 1 else self.before.shape]
        elif source == 2:
            shapes = [self.rx.shape_at(author, self.log, 1)]
        else:
            shapes = [Shape(schema=read_schema(r))]
        if not shapes or shapes[0] is None:
            raise Refused("ContextMissing")
        start = r.at
        for shape in shapes[:16]:
            r.at = start
            yield self.unpack(r, action, previous, fields, shape, author, back)

    def unpack(self, r, action, previous, fields, shape, author, back):
        out, strings = [bytes([0x85 if action == 1 else 0x84, 1, action]), cbor_head(3, len(shape.schema)), shape.schema], []
        if action and previous == 0:
            if not back:
                raise Refused("ContextMissing")
            out += [b"\x81\x58\x22", back]
        elif action:
            count = r.number()
            out.append(cbor_head(4, count))
            for _ in range(count):
                out.append(self.id(r, r.byte(), author, back))
        if action != 2:
            if fields == 0:
                names = list(shape.names)
            elif fields == 1:
                bitmap = r.take((len(shape.names) + 7) // 8)
                names = [name for i, name in enumerate(shape.names) if bitmap[i // 8] >> i % 8 & 1]
            else:
                names = [None] * r.number()
            out.append(cbor_head(5, len(names)))
            for name in names:
                name = r.take(r.number()) if name is None else name
                out += [cbor_head(3, len(name)), name]
                self.value(r, author, back, out, strings, 0)
        if not strings:
            if not r.done():
                raise Refused("RecordMalformed")
            return b"".join(out)
        decoder = Decoder(self.rx.primed, r.rest())
        try:
            for place, length in strings:
                content = decoder.text() if length is None else decoder.bytes(length)
                out[place] = cbor_head(3 if length is None else 2, len(content)) + content
        except ValueError:
            raise Refused("RecordMalformed") from None
        return b"".join(out)

    def value(self, r, author, back, out, strings, depth):
        if depth > 4 or r.done():
            raise Refused("RecordMalformed")
        first = r.data[r.at]
        if 0xC0 <= first <= 0xC3:
            out.append(self.id(r, r.byte(), author, back))
            return
        if first in (0xC4, 0xC5):
            r.byte()
            strings.append((len(out), None if first == 0xC4 else r.number()))
            out.append(b"")
            return
        major, argument, head = read_cbor_head(r)
        if major in (5, 6):
            raise Refused("RecordMalformed")
        out.append(head + (r.take(argument) if major in (2, 3) else b""))
        for _ in range(argument if major == 4 else 0):
            self.value(r, author, back, out, strings, depth + 1)

    def id(self, r, code, author, back):
        if code == 0xC0:
            return b"\x58\x22\x00\x20" + r.take(32)
        if code == 0xC1 and back:
            return b"\x58\x22" + back
        if code in (0xC2, 0xC3):
            authors = [author]
            if code == 0xC3:
                reference = ShortReference(r)
                authors = [other for other in self.rx.authors if reference.fits(other)]
            log, seq = r.number(), r.number()
            for other in authors:
                if (other, log, seq) in self.rx.entries:
                    return b"\x58\x22" + self.rx.entries[other, log, seq].id
            raise Refused("ContextMissing")
        raise Refused("ContextMissing" if code == 0xC1 else "RecordMalformed")
