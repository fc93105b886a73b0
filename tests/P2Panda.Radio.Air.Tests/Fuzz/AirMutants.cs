using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Erasure;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Air.Tests.Corpus;

namespace P2Panda.Radio.Air.Tests.Fuzz;

/// <summary>
/// Makes damaged frames and bursts from good ones: bursts are taken apart into kind, key id, counter, body and seal, some of it is
/// changed, and mostly the result is sealed and cut into frames again, so that the damage is reached.
/// </summary>
internal sealed class AirMutants
{
    public static readonly KeyPair KnownKey = SampleEntries.Key(1);

    private static readonly KeyPair UnknownKey = SampleEntries.Key(2);
    public static readonly KeyPair StrictKey = SampleEntries.Key(3);
    private static readonly NetworkId Network = new(new byte[NetworkId.Length]);

    private readonly Random _random;
    private readonly List<(BurstKind Kind, byte[] Body)> _bodies = [];
    private readonly List<VerifiedEntry> _entries;
    private List<byte[]> _last = [];
    private ulong _counter = 1;

    public AirMutants(Random random)
    {
        _random = random;
        _entries = [.. SampleEntries.FromVectors];
        var sender = new Station(90);
        sender.Logs.Add(_entries);
        Collect(sender, _entries.Take(60), new EncodeOptions());
        Collect(sender, _entries.Skip(40).Take(30), new EncodeOptions { Compress = false });
        foreach (var entry in _entries.Where((_, index) => index % 9 == 0))
        {
            Collect(sender, [entry], new EncodeOptions());
            Collect(sender, [entry], new EncodeOptions { Compress = false });
        }

        var longEntry = SampleEntries.Append(SampleEntries.Key(77), 3, [], SampleEntries.Create(Noise(6000)));
        foreach (var part in sender.Writer.WriteEntries([longEntry], Station.Sf7 with { MaxSourceSymbols = 2 }))
        {
            _bodies.Add(TakeApart(part));
        }

        var tooLong = new RecordWriter();
        tooLong.Bytes(new byte[Chain.IdLength]);
        tooLong.Number(Chain.MaxParts - 1);
        tooLong.Number(1);
        tooLong.Bytes(new byte[300]);
        _bodies.Add((BurstKind.ChainPart, tooLong.ToArray()));
        foreach (var key in new[] { KnownKey, UnknownKey, StrictKey })
        {
            _bodies.Add((BurstKind.Announcement, AnnouncementBody.Write(
            [
                KeyValuePair.Create(AnnouncementBody.KeySection, key.PublicKey.Bytes.ToArray()),
                KeyValuePair.Create(AnnouncementBody.ShapesSection, sender.Shapes.Announce(120)),
            ])));
        }

        _bodies.Add((BurstKind.Want, [1, 2, 3, 4]));
        _bodies.Add((BurstKind.RepairSet, new byte[90]));
    }

    /// <summary>The frames of one mutant.</summary>
    public IReadOnlyList<byte[]> Next()
    {
        var frames = _random.Next(10) switch
        {
            0 => Junk(),
            1 or 2 => _last.Select(Damage).ToList(),
            3 => TamperedEntry(),
            4 => ManyVersions(),
            _ => MutatedBurst(),
        };
        if (frames.Count > 0 && _random.Next(4) == 0)
        {
            _last = frames;
        }

        return frames;
    }

    private List<byte[]> Junk()
    {
        var frame = new byte[_random.Next(4) == 0 ? 0 : _random.Next(1, 300)];
        _random.NextBytes(frame);
        if (frame.Length > 0 && _random.Next(2) == 0)
        {
            frame[0] = (byte)((FrameFormat.Version << FrameFormat.VersionShift) | (frame[0] & 0x3F));
        }

        return [frame];
    }

    private List<byte[]> MutatedBurst()
    {
        var (kind, body) = _bodies[_random.Next(_bodies.Count)];
        body = _random.Next(4) == 0 ? body : Mutate(body);
        if (_random.Next(24) == 0)
        {
            kind = (BurstKind)_random.Next(8);
        }

        return Cut(Seal(kind, body), strict: _random.Next(8) == 0);
    }

    /// <summary>An entry whose author signed something else, or whose payload is another's, in a record that carries it as it is.</summary>
    private List<byte[]> TamperedEntry()
    {
        var entry = _entries[_random.Next(_entries.Count)];
        var bytes = entry.EntryBytes.ToArray();
        var payload = entry.PayloadBytes!.Value.ToArray();
        switch (_random.Next(3))
        {
            case 0:
                bytes[_random.Next(bytes.Length)] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                payload[_random.Next(payload.Length)] ^= (byte)(1 << _random.Next(8));
                break;
            default:
                bytes[^1] ^= 0x80;
                break;
        }

        var raw = new RecordWriter();
        raw.Byte((byte)(((int)LogFormat.Bamboo << RecordFormat.FormatShift) | (RecordFormat.FormRaw << RecordFormat.FormShift)));
        raw.Number((ulong)bytes.Length);
        raw.Bytes(bytes);
        raw.Bytes(payload);
        return Cut(Seal(_random.Next(2) == 0 ? BurstKind.AuthorEntry : BurstKind.Entry, raw.ToArray()), strict: false);
    }

    /// <summary>One burst's tag with other people's symbols, in several shapes.</summary>
    private List<byte[]> ManyVersions()
    {
        var frames = new List<byte[]>();
        var tag = BurstTag.Read([(byte)_random.Next(4), 1, 2, 3]);
        for (var count = _random.Next(1, 6); count > 0; count--)
        {
            var key = new BurstKey(tag, _random.Next(2, 5), _random.Next(8, 24));
            var frame = new byte[key.SymbolLength + FrameFormat.CodedHeaderLength];
            _random.NextBytes(frame);
            Frame.WriteHeader(frame, key, (byte)_random.Next(6), strict: false);
            frames.Add(frame);
        }

        return frames;
    }

    private byte[] Damage(byte[] frame)
    {
        if (frame.Length == 0)
        {
            return frame;
        }

        var damaged = frame.ToArray();
        switch (_random.Next(6))
        {
            case 0:
                return damaged[.._random.Next(damaged.Length)];
            case 1:
                return [.. damaged, .. new byte[_random.Next(1, 60)]];
            case 2:
                damaged[0] = (byte)_random.Next(256);
                break;
            case 3 when damaged.Length >= FrameFormat.CodedHeaderLength:
                damaged[FrameFormat.CodedHeaderLength - 1] = (byte)_random.Next(250, 256);
                break;
            default:
                damaged[_random.Next(damaged.Length)] ^= (byte)(1 << _random.Next(8));
                break;
        }

        return damaged;
    }

    private byte[] Mutate(byte[] body)
    {
        var mutated = body.ToList();
        for (var changes = _random.Next(1, 4); changes > 0; changes--)
        {
            var at = mutated.Count == 0 ? 0 : _random.Next(_random.Next(2) == 0 ? Math.Min(16, mutated.Count) : mutated.Count);
            switch (_random.Next(6))
            {
                case 0 when mutated.Count > 1:
                    mutated.RemoveRange(at, _random.Next(1, mutated.Count - at + 1));
                    break;
                case 1:
                    mutated.InsertRange(at, new byte[_random.Next(1, 20)]);
                    break;
                case 2 when mutated.Count > 0:
                    mutated[at] = 0xFF;
                    break;
                case 3 when mutated.Count > 0:
                    mutated[at] = (byte)_random.Next(256);
                    break;
                default:
                    if (mutated.Count > 0)
                    {
                        mutated[at] ^= (byte)(1 << _random.Next(8));
                    }

                    break;
            }
        }

        return [.. mutated];
    }

    /// <summary>A burst before it is cut: mostly well sealed, by a key that is known, unknown or held to strict frames.</summary>
    private byte[] Seal(BurstKind kind, byte[] body)
    {
        var first = (byte)((int)kind << BurstFormat.KindShift);
        if (!BurstFormat.IsGatewaySealed(kind))
        {
            return [first, .. body];
        }

        var key = _random.Next(6) switch { 0 => UnknownKey, 1 => StrictKey, _ => KnownKey };
        var burst = new byte[BurstFormat.SealedOverhead + body.Length];
        burst[0] = first;
        KeyId.Of(key.PublicKey).Write(burst.AsSpan(1));
        var counter = _random.Next(3) == 0 ? _counter : ++_counter;
        for (var index = 0; index < BurstFormat.CounterLength; index++)
        {
            burst[1 + KeyId.Length + index] = (byte)(counter >> (8 * (BurstFormat.CounterLength - 1 - index)));
        }

        body.CopyTo(burst.AsSpan(BurstFormat.SealedHeaderLength));
        SealDomain.SignBurst(key, Network, burst.AsSpan(0, burst.Length - BurstFormat.SignatureLength), burst.AsSpan(burst.Length - BurstFormat.SignatureLength));
        switch (_random.Next(16))
        {
            case 0:
                burst[_random.Next(burst.Length)] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                return burst[.._random.Next(1, burst.Length)];
        }

        return burst;
    }

    /// <summary>Pads and cuts a burst into the frames of all its source symbols, sometimes with padding it should not have.</summary>
    private List<byte[]> Cut(byte[] burst, bool strict)
    {
        var overhead = FrameFormat.CodedHeaderLength + (strict ? FrameFormat.StrictTrailerLength : 0);
        var k = Math.Max(1, (burst.Length + 200 - overhead) / (200 - overhead));
        if (k > FrameFormat.MaxSourceSymbols)
        {
            return [];
        }

        var symbolLength = (burst.Length + k - 1) / k;
        var padding = (k * symbolLength) - burst.Length;
        var padded = new byte[k * symbolLength];
        burst.CopyTo(padded, 0);
        padded[0] = (byte)((padded[0] & ~BurstFormat.PaddingMask) | (_random.Next(20) == 0 ? _random.Next(32) : padding));
        if (!strict && padding > 0 && burst.Length > BurstFormat.SealedOverhead)
        {
            Reseal(padded, burst.Length);
        }

        var key = new BurstKey(BurstTag.Of(padded), k, symbolLength);
        var frames = new List<byte[]>();
        for (var id = 0; id < k; id++)
        {
            var symbolId = k == 1 ? 0 : (id + _random.Next(2) * 40) % FrameFormat.MaxSymbols;
            var frame = new byte[symbolLength + FrameFormat.Overhead(k, strict)];
            var header = Frame.WriteHeader(frame, key, (byte)symbolId, strict);
            ErasureCode.For(k).Encode(padded, (byte)symbolId, frame.AsSpan(header, symbolLength));
            if (strict)
            {
                SignFrame(frame);
            }

            frames.Add(frame);
        }

        // Bursts that are begun and never finished fill a sender's share.
        return strict && _random.Next(2) == 0 ? frames[..1] : frames;
    }

    // The seal covers the first byte, which names the padding.
    private static void Reseal(byte[] padded, int length)
    {
        var kind = (BurstKind)(padded[0] >> BurstFormat.KindShift);
        foreach (var key in new[] { KnownKey, UnknownKey, StrictKey })
        {
            if (BurstFormat.IsGatewaySealed(kind) && KeyId.Of(key.PublicKey) == KeyId.Read(padded.AsSpan(1)))
            {
                var content = padded.AsSpan(0, length - BurstFormat.SignatureLength);
                SealDomain.SignBurst(key, Network, content, padded.AsSpan(content.Length, BurstFormat.SignatureLength));
            }
        }
    }

    private void SignFrame(byte[] frame)
    {
        var key = _random.Next(3) == 0 ? UnknownKey : StrictKey;
        Span<byte> id = stackalloc byte[KeyId.Length];
        KeyId.Of(key.PublicKey).Write(id);
        id[..FrameFormat.StrictHintLength].CopyTo(frame.AsSpan(frame.Length - FrameFormat.StrictTrailerLength));
        var content = frame.AsSpan(0, frame.Length - BurstFormat.SignatureLength);
        SealDomain.SignFrame(key, Network, content, frame.AsSpan(content.Length));
        if (_random.Next(4) == 0)
        {
            frame[_random.Next(frame.Length)] ^= 1;
        }
    }

    private void Collect(Station sender, IEnumerable<VerifiedEntry> entries, EncodeOptions encode)
    {
        foreach (var burst in sender.Writer.WriteEntries([.. entries], Station.Sf7, encode))
        {
            _bodies.Add(TakeApart(burst));
        }
    }

    private static (BurstKind, byte[]) TakeApart(OutgoingBurst burst)
    {
        var padded = burst.PaddedBytes.Span;
        BurstView.TryParse(padded, burst.Key.SourceSymbols, out var view).ShouldBe(RefusalReason.None);
        return (view.Kind, view.Body.ToArray());
    }

    private string Noise(int length) => string.Create(length, _random, (text, random) =>
    {
        for (var index = 0; index < text.Length; index++)
        {
            text[index] = (char)random.Next('!', '~');
        }
    });
}
