using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Air.Tests.Corpus;
using Xunit.Abstractions;

namespace P2Panda.Radio.Air.Tests.Bursts;

public class FrameFuzzTests(ITestOutputHelper output)
{
    private const int Mutants = 300_000;

    /// <summary>Mutants of bodies, records, bursts and frames, sealed again so that they get as deep as they can.</summary>
    [Fact]
    [Trait("duration", "long")]
    public void NothingHeardThrowsAndEveryRefusalIsReached()
    {
        var gateway = SampleEntries.Key(1);
        var stranger = SampleEntries.Key(2);
        var log = SampleEntries.Log(SampleEntries.Key(3), 4, 9, index => $"line {index}");
        var writer = new Station(50);
        writer.Logs.Add(log);
        var records = new[] { EntryEncoding.Context, EntryEncoding.Standalone }.SelectMany(encoding => log.SelectMany(entry => new[] { true, false }.Select(
            compress => writer.Codec.Encode(
                entry, new EncodeOptions { Encoding = encoding, Compress = compress, AssumeSharedTerms = true }, RecordSequence.Start, false, out _)))).ToArray();
        var random = new Random(7);
        var counts = new Dictionary<RefusalReason, long>();
        var station = NewStation();
        var completed = 0;
        for (var mutant = 0; mutant < Mutants; mutant++)
        {
            if (mutant % 2_000 == 0)
            {
                Gather();
                station = NewStation(strict: mutant % 10_000 == 0, attribution: mutant % 14_000 == 0);
            }

            foreach (var frame in Mutant(mutant))
            {
                completed += station.Hear(frame).Verdict == FrameVerdict.Completed ? 1 : 0;
            }
        }

        Gather();
        foreach (var (reason, count) in counts.OrderBy(pair => pair.Key))
        {
            output.WriteLine($"{reason}: {count}");
        }

        var verified = completed + counts.GetValueOrDefault(RefusalReason.EntrySignature) + counts.GetValueOrDefault(RefusalReason.SealInvalid);
        output.WriteLine($"{Mutants} mutants, {completed} bursts believed, {verified} reached a signature ({100.0 * verified / Mutants:f1} %)");
        Enum.GetValues<RefusalReason>().Skip(1).Except(counts.Where(pair => pair.Value > 0).Select(pair => pair.Key)).ShouldBeEmpty();
        verified.ShouldBeGreaterThan(Mutants / 10);

        void Gather()
        {
            foreach (var (reason, count) in station.Receiver.Refusals.ToPairs())
            {
                counts[reason] = counts.GetValueOrDefault(reason) + count;
            }
        }

        Station NewStation(bool strict = false, bool attribution = false)
        {
            var made = new Station(
                51,
                _policy,
                strict,
                attribution,
                new Air.Reassembly.AssemblyBounds { MaxAssemblies = 24, MaxAssembliesPerSender = 4, MaxSurplusSymbols = 2 });
            made.Logs.Add(log[..4]);
            made.Keys.Add(gateway.PublicKey);
            made.Shapes.LearnHeard(log[0].PayloadBytes!.Value.Span);
            made.Shapes.LearnAuthor(log[0].Log.Author);
            _policy = _policy == TrustPolicy.Open ? TrustPolicy.List : TrustPolicy.Open;
            return made;
        }

        byte[][] Mutant(int number)
        {
            var k = random.Next(4) == 0 ? random.Next(1, 7) : 1;
            var body = Mutate(records[random.Next(records.Length)]);
            var kind = (BurstKind)random.Next(8);
            var padded = random.Next(5) switch
            {
                0 or 1 => Forge.Authored(body.Length == 0 ? [0] : body, k),
                2 => Forge.Sealed(gateway, kind, Shaped(kind, body), k, (ulong)number + 1),
                3 => Forge.Sealed(random.Next(2) == 0 ? gateway : stranger, kind, Shaped(kind, body), k, (ulong)random.Next(1, 1000)),
                _ => Forge.Authored([0, .. Listed(body)], k),
            };
            if (random.Next(12) == 0)
            {
                padded[random.Next(padded.Length)] ^= (byte)(1 << random.Next(8));
            }

            if (padded.Length / k > 249 - 68)
            {
                k = (padded.Length / 150) + 1;
                Array.Resize(ref padded, (padded.Length + k - 1) / k * k);
            }

            var signer = random.Next(40) == 0 ? (random.Next(3) == 0 ? stranger : gateway) : null;
            BurstTag? tag = random.Next(60) == 0 ? new BurstTag((uint)random.Next(4)) : null;
            var frames = Enumerable.Range(0, k + (random.Next(8) == 0 ? 4 : 0)).Select(_ => Forge.Frame(padded, k, random.Next(255), tag, signer)).ToArray();
            for (var index = 0; index < frames.Length; index++)
            {
                frames[index] = random.Next(12) == 0 ? Mutate(frames[index]) : frames[index];
            }

            return frames;
        }

        byte[] Shaped(BurstKind kind, byte[] body) => kind switch
        {
            BurstKind.Entries => Listed(body),
            BurstKind.ChainPart => [.. new byte[8], (byte)random.Next(4), (byte)random.Next(4), .. body],
            BurstKind.Announcement when random.Next(2) == 0 => Mutate(AnnouncementBody.Write(
            [
                KeyValuePair.Create(AnnouncementBody.KeySection, stranger.PublicKey.Bytes.ToArray()),
                KeyValuePair.Create(AnnouncementBody.ShapesSection, writer.Shapes.Announce(200)),
            ])),
            BurstKind.ChainPart or BurstKind.Want => [1, 2, 3],
            _ => body,
        };

        byte[] Listed(byte[] body)
        {
            var writerOfList = new RecordWriter();
            foreach (var record in new[] { body, records[random.Next(records.Length)] })
            {
                writerOfList.Number((ulong)record.Length);
                writerOfList.Bytes(record);
            }

            return random.Next(6) == 0 ? Mutate(writerOfList.ToArray()) : writerOfList.ToArray();
        }

        byte[] Mutate(byte[] bytes)
        {
            var copy = bytes.ToList();
            for (var changes = random.Next(3); changes > 0 && copy.Count > 0; changes--)
            {
                var at = random.Next(random.Next(2) == 0 ? Math.Min(6, copy.Count) : copy.Count);
                switch (random.Next(5))
                {
                    case 0: copy[at] ^= (byte)(1 << random.Next(8)); break;
                    case 1: copy[at] = (byte)random.Next(256); break;
                    case 2: copy.RemoveRange(at, random.Next(copy.Count - at)); break;
                    case 3: copy.Insert(at, (byte)random.Next(256)); break;
                    default: copy[at] = random.Next(2) == 0 ? (byte)0xFF : (byte)0; break;
                }
            }

            return [.. copy];
        }
    }

    private TrustPolicy _policy = TrustPolicy.Open;
}
