using P2Panda.Core.Bamboo;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Radio.Mesh.Filters;
using P2Panda.Radio.Mesh.Tests.Reconciliation;

namespace P2Panda.Radio.Mesh.Tests.Filters;

public class CarryFilterTests
{
    private readonly StoredPayloads _stored = new();

    [Fact]
    public void Listed_authors_and_logs_are_kept_and_the_rest_is_carried_or_ignored()
    {
        var (ofAuthor, single, other) = (LogSets.Log(1), LogSets.Log(4), LogSets.Log(9));
        var filter = new CarryFilter([ofAuthor.Author], [], [single], CarryDecision.Carry);
        filter.Decide(ofAuthor, _stored).ShouldBe(CarryDecision.Keep);
        filter.Decide(LogSets.Log(2), _stored).ShouldBe(CarryDecision.Keep);
        filter.Decide(single, _stored).ShouldBe(CarryDecision.Keep);
        filter.Decide(other, _stored).ShouldBe(CarryDecision.Carry);
        CarryFilter.Everything.Decide(other, _stored).ShouldBe(CarryDecision.Keep);
        Should.Throw<ArgumentOutOfRangeException>(() => new CarryFilter([ofAuthor.Author], [], [], CarryDecision.Keep));
    }

    [Fact]
    public void The_scope_names_what_is_kept_whatever_the_order()
    {
        var a = new CarryFilter([LogSets.Log(1).Author, LogSets.Log(9).Author], [], [], CarryDecision.Carry);
        var b = new CarryFilter([LogSets.Log(9).Author, LogSets.Log(1).Author], [], [], CarryDecision.Ignore);
        var c = new CarryFilter([LogSets.Log(9).Author], [], [LogSets.Log(1)], CarryDecision.Ignore);
        a.Scope.ShouldBe(b.Scope);
        a.Scope.ShouldNotBe(c.Scope);
        a.Scope.ShouldNotBe(CarryFilter.Everything.Scope);
    }

    [Fact]
    public void A_log_has_the_schema_of_its_first_operation_or_else_of_the_one_at_hand_or_else_of_its_last()
    {
        var log = LogSets.Log(1);
        var filter = new CarryFilter([], [SchemaId.Blob], [], CarryDecision.Ignore);
        filter.Decide(log, _stored).ShouldBe(CarryDecision.Ignore);

        // The beginning was dropped; the last is still there.
        _stored.Set(log, 9, Operation("blob_v1"));
        filter.Decide(log, _stored).ShouldBe(CarryDecision.Keep);

        _stored.Set(log, 1, Operation("blob_piece_v1"));
        filter.Decide(log, _stored).ShouldBe(CarryDecision.Ignore);
        _stored.Set(log, 1, [0xFF, 0x00]);
        filter.Decide(log, _stored).ShouldBe(CarryDecision.Keep);
        filter.Decide(log with { Format = (LogFormat)2 }, _stored).ShouldBe(CarryDecision.Ignore);
    }

    [Fact]
    public void The_entry_at_hand_tells_the_schema_of_a_new_log()
    {
        using var author = KeyPair.FromSeed(new byte[32]);
        var payload = Operation("blob_v1");
        var entry = BambooEntry.Verify(BambooEntry.Sign(author, 0, 1, null, null, payload), payload).Entry!;
        new CarryFilter([], [SchemaId.Blob], [], CarryDecision.Carry).Decide(entry.Log, _stored, entry).ShouldBe(CarryDecision.Keep);
        new CarryFilter([], [SchemaId.BlobPiece], [], CarryDecision.Carry).Decide(entry.Log, _stored, entry).ShouldBe(CarryDecision.Carry);
    }

    [Fact]
    public void Storage_is_not_asked_for_what_the_key_decides()
    {
        var log = LogSets.Log(1);
        new CarryFilter([log.Author], [SchemaId.Blob], [], CarryDecision.Carry).Decide(log, _stored).ShouldBe(CarryDecision.Keep);
        _stored.Reads.ShouldBe(0);
    }

    [Fact]
    public void Schemas_are_part_of_the_scope()
    {
        var a = new CarryFilter([], [SchemaId.Blob, SchemaId.BlobPiece], [], CarryDecision.Carry);
        var b = new CarryFilter([], [SchemaId.BlobPiece, SchemaId.Blob], [], CarryDecision.Ignore);
        a.Scope.ShouldBe(b.Scope);
        a.Scope.ShouldNotBe(new CarryFilter([], [SchemaId.Blob], [], CarryDecision.Carry).Scope);
        a.Scope.ShouldNotBe(CarryFilter.Everything.Scope);
    }

    private static byte[] Operation(string schema) =>
        [0x84, 0x01, 0x00, (byte)(0x60 + schema.Length), .. System.Text.Encoding.ASCII.GetBytes(schema), 0xA1, 0x61, (byte)'a', 0x01];
}
