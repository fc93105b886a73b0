using P2Panda.Core.Bamboo;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Mesh.Traffic;

namespace P2Panda.Radio.Mesh.Tests.Traffic;

/// <summary>What an operator says about whose turn it is.</summary>
public sealed class TrafficClassesTests : IDisposable
{
    private readonly KeyPair _author = KeyPair.FromSeed(new byte[32]);

    public void Dispose() => _author.Dispose();

    [Fact]
    public void Entries_have_the_class_of_their_log_or_their_schema()
    {
        var alarm = Entry(7, "chat_v1");
        var classes = new TrafficClasses([SchemaId.BlobPiece], [alarm.Log], [SchemaId.Blob, SchemaId.BlobPiece]);
        classes.ClassOf(alarm).ShouldBe(TrafficClass.Urgent);
        classes.ClassOf(Entry(8, "blob_v1")).ShouldBe(TrafficClass.Bulk);
        classes.ClassOf(Entry(8, "blob_piece_v1")).ShouldBe(TrafficClass.Urgent);
        classes.ClassOf(Entry(8, "schema_definition_v1")).ShouldBe(TrafficClass.Normal);
        new TrafficClasses([], [], []).ClassOf(Entry(8, "blob_v1")).ShouldBe(TrafficClass.Normal);
    }

    [Fact]
    public void What_is_no_operation_is_normal()
    {
        byte[] payload = [0xFF, 0x00];
        var entry = BambooEntry.Verify(BambooEntry.Sign(_author, 1, 1, null, null, payload), payload).Entry!;
        new TrafficClasses([SchemaId.Blob], [], [SchemaId.BlobPiece]).ClassOf(entry).ShouldBe(TrafficClass.Normal);
    }

    private VerifiedEntry Entry(ulong log, string schema)
    {
        byte[] payload = [0x84, 0x01, 0x00, (byte)(0x60 + schema.Length), .. System.Text.Encoding.ASCII.GetBytes(schema), 0xA1, 0x61, (byte)'a', 0x01];
        return BambooEntry.Verify(BambooEntry.Sign(_author, log, 1, null, null, payload), payload).Entry!;
    }
}
