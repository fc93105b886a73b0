using FsCheck;
using FsCheck.Fluent;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Air.Tests.Corpus;

namespace P2Panda.Radio.Air.Tests.Compression;

/// <summary>Logs of generated operations, of all actions and field types, travel byte for byte in every encoding.</summary>
public sealed class EntryPropertyTests
{
    // Entries of others that relations may point to.
    private static readonly IReadOnlyList<VerifiedEntry> Others =
        [.. Enumerable.Range(0, 10).SelectMany(number => SampleEntries.Log(SampleEntries.Key(500 + number), (ulong)number, 3, index => $"line {index}"))];

    private static readonly SchemaId[] Schemas =
    [
        SchemaId.SchemaDefinition,
        SchemaId.Blob,
        SchemaId.Application("chat", DocumentViewId.Of(Id(1))),
        SchemaId.Application("venue_of_many_views", DocumentViewId.FromUnsorted([Id(2), Id(3), Id(4)])),
    ];

    private static readonly string[] Names = ["a", "message", "über", "a_rather_long_name_for_a_field_of_a_schema", "likes", "z"];

    private static Gen<EntryId> Ids => Gen.Choose(0, 50).Select(Id);

    // What people write, what programs write, and what nobody should.
    private static Gen<string> Texts => Gen.OneOf(
        Gen.Elements(string.Empty, "hello, is anybody there?", "Wasser für Lütt Dorf: 3 m³", "\0", "a\0b", "日本語のテキスト", "👋🏽", new string('x', 300)),
        ArbMap.Default.GeneratorFor<string?>().Select(text => WellFormed(text ?? string.Empty)),
        Gen.Choose(0, 400).SelectMany(length => Gen.Choose(32, 126).ArrayOf(length)).Select(codes => string.Concat(codes.Select(code => (char)code))));

    private static Gen<PlainValue> Values => Gen.OneOf(
        ArbMap.Default.GeneratorFor<bool>().Select(PlainValue.Boolean),
        Gen.OneOf(ArbMap.Default.GeneratorFor<long>(), Gen.Elements(0L, -1, 23, 24, 255, 256, long.MaxValue, long.MinValue)).Select(PlainValue.Integer),
        Gen.OneOf(ArbMap.Default.GeneratorFor<double>().Where(double.IsFinite), Gen.Elements(0.0, 1.5, -0.1, 1e300)).Select(PlainValue.Float),
        Texts.Select(PlainValue.String),
        Gen.Choose(0, 300).SelectMany(length => Gen.Choose(0, 255).ArrayOf(length)).Select(bytes => PlainValue.Bytes([.. bytes.Select(value => (byte)value)])),
        Ids.Select(PlainValue.Relation),
        Ids.ListOf(5).Select(PlainValue.RelationList),
        Ids.NonEmptyListOf().Select(ids => PlainValue.PinnedRelation(DocumentViewId.FromUnsorted(ids.Distinct().Take(6)))),
        Ids.NonEmptyListOf().Select(ids => DocumentViewId.FromUnsorted(ids.Distinct().Take(4))).ListOf(3).Select(PlainValue.PinnedRelationList));

    private static Gen<PlainFields> Fields =>
        from names in Gen.SubListOf(Names)
        from values in Values.ListOf(names.Count)
        select new PlainFields(names.Zip(values, KeyValuePair.Create));

    [Fact]
    [Trait("duration", "long")]
    public void GeneratedLogsTravelByteForByte()
    {
        var raw = 0L;
        var packed = 0L;
        var property = Prop.ForAll(Logs().ToArbitrary(), log =>
        {
            raw += log.Sum(entry => entry.EntryBytes.Length + entry.PayloadBytes!.Value.Length);
            foreach (var encode in Encodings())
            {
                var sender = new Station(1);
                var receiver = new Station(2);
                sender.Logs.Add(log);
                foreach (var other in Others)
                {
                    sender.Logs.Add(other);
                    receiver.Logs.Add(other);
                }

                var bursts = sender.Writer.WriteEntries(log, Station.Sf7 with { Loss = 0 }, encode);
                packed += encode.Encoding == EntryEncoding.Context && encode.Compress ? bursts.Sum(burst => burst.PaddedBytes.Length) : 0;
                if (bursts.Any(burst => burst.Kind == BurstKind.ChainPart))
                {
                    receiver.Keys.Add(sender.Key.PublicKey);
                }

                foreach (var burst in bursts)
                {
                    for (var id = 0; id < burst.Key.SourceSymbols; id++)
                    {
                        receiver.Hear(burst.WriteFrame((byte)id));
                    }
                }

                AssertHolds(receiver, log);
            }

            return true;
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(2026, 11), property);

        // Three of the encodings lean on context: nothing of this went out raw.
        packed.ShouldBeLessThan(3 * raw * 8 / 10);
    }

    [Fact]
    public void CanonicalRecordsAreTheSameAtEveryGatewayAndComeBack() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(2026, 11),
        Prop.ForAll(Logs().ToArbitrary(), log =>
        {
            var one = new Station(1);
            var other = new Station(2);
            one.Logs.Add(log);
            other.Logs.Add(log);
            foreach (var known in Others)
            {
                one.Logs.Add(known);
            }

            var receiver = new Station(3);
            foreach (var entry in log)
            {
                var record = one.Writer.WriteCanonicalRecord(entry);
                other.Writer.WriteCanonicalRecord(entry).ShouldBe(record);
                var read = receiver.Receiver.ReadCanonicalRecord(record, new EntryPosition(entry.Log, entry.SequenceNumber)).ShouldNotBeNull();
                receiver.Logs.Add(read);
            }

            AssertHolds(receiver, log);
            return true;
        }));

    private static EntryId Id(int number)
    {
        // Some ids are those of entries everybody holds, others of entries nobody has seen.
        return number < 25 ? Others[number].Id : Yasmf.Hash(BitConverter.GetBytes(number));
    }

    private static Gen<List<VerifiedEntry>> Logs() =>
        from author in Gen.Choose(1, 1_000_000)
        from logId in Gen.Elements<ulong>(0, 1, 247, 248, 65_536, ulong.MaxValue)
        from schema in Gen.Elements(Schemas)
        from fields in Fields.ListOf(9)
        from choices in Gen.Choose(0, 99).ListOf(9)
        from length in Gen.Choose(1, 9)
        select Build(author, logId, schema, [.. fields], [.. choices], length);

    private static List<VerifiedEntry> Build(int author, ulong logId, SchemaId schema, PlainFields[] fields, int[] choices, int length)
    {
        using var key = SampleEntries.Key(author);
        var log = new List<VerifiedEntry>();
        for (var index = 0; index < length; index++)
        {
            var choice = choices[index];

            // Mostly the view is the entry before; now and then it is another, or several.
            var view = index == 0 ? DocumentViewId.Of(Id(choice % 50))
                : choice < 70 ? DocumentViewId.Of(log[^1].Id)
                : choice < 85 ? DocumentViewId.Of(log[0].Id)
                : DocumentViewId.FromUnsorted([.. new[] { log[^1].Id, log[0].Id, Id(choice % 50) }.Distinct()]);
            var operation = index == 0 || choice % 10 == 0 ? Operation.Create(schema, fields[index])
                : choice % 10 == 1 ? Operation.Delete(schema, view)
                : Operation.Update(schema, view, fields[index]);
            log.Add(SampleEntries.Append(key, logId, log, operation.EncodedBytes.ToArray()));
        }

        return log;
    }

    private static IEnumerable<EncodeOptions> Encodings() =>
    [
        new(),
        new() { AssumeSharedTerms = false, TermsAreNew = true },
        new() { IsShared = (_, number) => number % 2 == 0 },
        new() { Encoding = EntryEncoding.Standalone },
        new() { Encoding = EntryEncoding.Standalone, CodeStrings = false },
        new() { Compress = false },
    ];

    private static void AssertHolds(Station receiver, List<VerifiedEntry> log)
    {
        foreach (var entry in log)
        {
            receiver.Logs.TryGetBytes(entry.Log, entry.SequenceNumber, out var bytes, out var payload).ShouldBeTrue();
            bytes.Span.SequenceEqual(entry.EntryBytes.Span).ShouldBeTrue();
            payload!.Value.Span.SequenceEqual(entry.PayloadBytes!.Value.Span).ShouldBeTrue();
        }
    }

    private static string WellFormed(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()));
}
