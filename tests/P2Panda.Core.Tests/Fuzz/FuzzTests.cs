using P2Panda.Core.Bamboo;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Operations;
using Xunit.Abstractions;

namespace P2Panda.Core.Tests.Fuzz;

/// <summary>
/// Three quarters of a million mutants of entries and operations: nothing but the documented results comes out, and every one of them
/// does. Frames and bursts are fuzzed where they are decoded.
/// </summary>
[Trait("duration", "long")]
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Portions = 16;
    private const int EntriesPerPortion = 28_125;
    private const int OperationsPerPortion = 18_750;

    [Fact]
    public void EntriesGiveDocumentedResultsOnly()
    {
        var originals = EntryMutants.Load();
        var counts = new ReasonCounts<BambooRefusal>();
        Parallel.For(0, Portions, portion =>
        {
            var random = new Random(portion);
            var mutants = new EntryMutants(random, originals);
            for (var i = 0; i < EntriesPerPortion; i++)
            {
                var (entry, payload) = mutants.Next();
                var result = i % 64 == 0 ? JudgeHex(random, entry, payload) : BambooEntry.Verify(entry, payload);
                counts.Add(result.Refusal);
                CheckEntry(entry, payload, result);
            }
        });

        counts.Print(output, "entries");
        counts.Total.ShouldBe(450_000);
        counts.EveryReasonWasGiven();
        var reachedSignature = Enum.GetValues<BambooRefusal>()
            .Where(reason => reason is BambooRefusal.None or >= BambooRefusal.InvalidSignature).Sum(reason => counts[reason]);
        output.WriteLine($"as far as the signature: {reachedSignature}");
        reachedSignature.ShouldBeGreaterThan(150_000, "more than a tenth of all mutants of this test and its siblings");
    }

    [Fact]
    public void OperationsGiveDocumentedResultsOnly()
    {
        var counts = new ReasonCounts<OperationRefusal>();
        Parallel.For(0, Portions, portion =>
        {
            var mutants = new OperationMutants(new Random(portion));
            using var key = KeyPair.FromSeed(new byte[KeyPair.SeedLength]);
            for (var i = 0; i < OperationsPerPortion; i++)
            {
                // One byte above the bound now and then; nothing is read from such a payload.
                var payload = i % 1000 == 0 ? new byte[i % 2000 == 0 ? 0 : 2001] : mutants.Next();
                var result = i % 1000 == 0 ? Operation.Decode(payload, maxLength: 2000) : Operation.Decode(payload);
                counts.Add(result.Refusal);
                CheckOperation(payload, result);
                if (i % 16 == 0)
                {
                    // An entry carries any payload; what it says about documents is judged elsewhere.
                    var entry = BambooEntry.Sign(key, (ulong)i, 1, null, null, payload);
                    BambooEntry.Verify(entry, payload).Refusal.ShouldBe(BambooRefusal.None);
                }
            }
        });

        counts.Print(output, "operations");
        counts.Total.ShouldBe(300_000);
        counts.EveryReasonWasGiven();
        counts[OperationRefusal.None].ShouldBeGreaterThan(60_000);
    }

    private static BambooResult JudgeHex(Random random, byte[] entry, byte[] payload)
    {
        var entryHex = Convert.ToHexStringLower(entry).ToCharArray();
        if (entryHex.Length > 0 && random.Next(2) == 0)
        {
            entryHex[random.Next(entryHex.Length)] = (char)random.Next(0x3000);
        }

        return BambooEntry.VerifyHex(entryHex, Convert.ToHexString(payload).AsSpan(payload.Length == 0 ? 0 : random.Next(2)));
    }

    private static void CheckEntry(byte[] entry, byte[] payload, BambooResult result)
    {
        (result.Entry is null).ShouldBe(result.Refusal != BambooRefusal.None);
        if (result.Entry is not { } verified)
        {
            return;
        }

        // What was verified says what the bytes say, and the bytes are the only ones that say it.
        verified.EntryBytes.Span.SequenceEqual(entry).ShouldBeTrue();
        verified.PayloadBytes!.Value.Span.SequenceEqual(payload).ShouldBeTrue();
        var fields = BambooEntry.Decode(entry).Fields!;
        fields.Encode().AsSpan().SequenceEqual(entry).ShouldBeTrue();
        fields.Log.ShouldBe(verified.Log);
        fields.PayloadHash.ShouldBe(Yasmf.Hash(payload));
        verified.Id.ShouldBe(Yasmf.Hash(entry));
        (verified.Backlink is null).ShouldBe(verified.SequenceNumber == 1);
        (verified.Skiplink is not null).ShouldBe(Lipmaa.NeedsSkiplink(verified.SequenceNumber));
    }

    private static void CheckOperation(byte[] payload, OperationResult result)
    {
        (result.Operation is null).ShouldBe(result.Refusal != OperationRefusal.None);
        if (result.Operation is not { } operation)
        {
            return;
        }

        // Written anew by the rules the operation is the same, and no longer than it came.
        operation.EncodedBytes.Span.SequenceEqual(payload).ShouldBeTrue();
        var canonical = operation.Action switch
        {
            OperationAction.Create => Operation.Create(operation.SchemaId, operation.Fields!),
            OperationAction.Update => Operation.Update(operation.SchemaId, operation.Previous!, operation.Fields!),
            _ => Operation.Delete(operation.SchemaId, operation.Previous!),
        };
        var again = Operation.Decode(canonical.EncodedBytes).Operation!;
        again.SchemaId.ShouldBe(operation.SchemaId);
        again.Previous.ShouldBe(operation.Previous);
        (again.Fields is null).ShouldBe(operation.Fields is null);
        (again.Fields ?? PlainFields.Empty).SequenceEqual(operation.Fields ?? PlainFields.Empty).ShouldBeTrue();
    }
}
