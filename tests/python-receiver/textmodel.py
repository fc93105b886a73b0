"""Coded strings, PROTOCOL.md section 9."""

LOGISTIC = (1, 2, 4, 6, 10, 17, 27, 45, 74, 120, 194, 311, 488, 747, 1102, 1546, 2048, 2550, 2994, 3349, 3608, 3785, 3902, 3976,
            4022, 4051, 4069, 4079, 4086, 4090, 4092, 4094, 4095)
M32, M64 = (1 << 32) - 1, (1 << 64) - 1


def squash(d):
    i, f = (d >> 7) + 16, d & 127
    return max(1, min(4095, (LOGISTIC[i] * (128 - f) + LOGISTIC[i + 1] * f + 64) >> 7))


STRETCH = []
_d = -2047
for _p in range(4096):
    while _d < 2047 and squash(_d) < _p:
        _d += 1
    STRETCH.append(_d)


class Model:
    """Slots are kept in dictionaries; a child reads its parent's where it has none of its own."""

    def __init__(self, parent=None):
        self.parent = parent.slots if parent else {}
        self.slots = {}
        self.weights = [list(w) for w in parent.weights] if parent else [[20000] * 7 for _ in range(8)]
        self.history = b""
        self.word = 0
        self.end_byte()

    def end_byte(self):
        self.c = 1
        values = [int.from_bytes(self.history[-i:] if i else b"", "big") for i in range(6)] + [self.word]
        self.hashes = [((v + 1) * 0x9E3779B97F4A7C15 * (i + 1) & M64) >> 32 & 0xFFFFFF00 for i, v in enumerate(values)]

    def predict(self):
        self.used = []
        for i, h in enumerate(self.hashes):
            slot = (i, ((h + self.c) * 0x9E3779B1 & M32) >> 15)
            self.used.append((slot, *(self.slots.get(slot) or self.parent.get(slot) or (32768, 0))))
        self.x = [STRETCH[p >> 4] if n else 0 for _, p, n in self.used]
        self.w = self.weights[sum(1 for _, _, n in self.used if n)]
        total = sum(w * x for w, x in zip(self.w, self.x)) >> 16
        self.p = squash(max(-2047, min(2047, total)))
        return self.p

    def learn(self, bit):
        error = ((bit << 12) - self.p) * 12
        for i, (slot, p, n) in enumerate(self.used):
            self.w[i] += (self.x[i] * error + 32768) >> 16
            p += ((65535 * bit - p) * (131072 // (2 * n + 3))) >> 16
            self.slots[slot] = (p, min(n + 1, 60))
        self.c = self.c << 1 | bit
        if self.c > 255:
            byte = self.c & 255
            self.history = (self.history + bytes([byte]))[-5:]
            is_word = byte > 127 or 65 <= byte <= 90 or 97 <= byte <= 122
            self.word = (self.word + (byte | 32)) * 0x2F0B4C47 & M32 if is_word else 0
            self.end_byte()


def prime(text):
    model = Model()
    for byte in text:
        for shift in range(7, -1, -1):
            model.predict()
            model.learn(byte >> shift & 1)
    return model


class Decoder:
    LIMIT = 8192

    def __init__(self, primed, coded):
        self.model = Model(primed)
        self.coded, self.position = coded, 0
        self.low, self.high, self.value, self.count = 0, M32, 0, 0
        for _ in range(4):
            self.value = self.value << 8 | self.next()

    def next(self):
        self.position += 1
        return self.coded[self.position - 1] if self.position <= len(self.coded) else 0

    def byte(self):
        if self.position > len(self.coded) + 8 or self.count >= self.LIMIT:
            raise ValueError("coded strings run on")
        self.count += 1
        value = 0
        for _ in range(8):
            middle = self.low + ((self.high - self.low) * self.model.predict() >> 12)
            bit = 1 if self.value <= middle else 0
            if bit:
                self.high = middle
            else:
                self.low = middle + 1
            self.model.learn(bit)
            value = value << 1 | bit
            while (self.low ^ self.high) >> 24 == 0:
                self.low = self.low << 8 & M32
                self.high = self.high << 8 & M32 | 255
                self.value = self.value << 8 & M32 | self.next()
        return value

    def text(self):
        out = bytearray()
        while True:
            byte = self.byte()
            if byte == 0:
                return bytes(out)
            out.append(byte)

    def bytes(self, count):
        return bytes(self.byte() for _ in range(count))
