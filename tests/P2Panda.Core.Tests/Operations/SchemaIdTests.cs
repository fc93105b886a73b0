using P2Panda.Core.Hashing;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Core.Tests.Operations;

public sealed class SchemaIdTests
{
    private static readonly EntryId Low = new[] { Yasmf.Hash([1]), Yasmf.Hash([2]) }.Min();
    private static readonly EntryId High = new[] { Yasmf.Hash([1]), Yasmf.Hash([2]) }.Max();

    [Theory]
    [InlineData("schema_definition_v1", SchemaKind.SchemaDefinition, 1)]
    [InlineData("schema_field_definition_v1", SchemaKind.SchemaFieldDefinition, 1)]
    [InlineData("blob_v1", SchemaKind.Blob, 1)]
    [InlineData("blob_piece_v255", SchemaKind.BlobPiece, 255)]
    public void SystemSchemasAreRead(string text, SchemaKind kind, byte version)
    {
        SchemaId.TryParse(text, out var id).ShouldBeTrue();
        (id!.Kind, id.Version, id.ViewId, id.ToString()).ShouldBe((kind, version, null, text));
        id.IsSystem.ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("_")]
    [InlineData("venues")]
    [InlineData("venues_")]
    [InlineData("blob_v")]
    [InlineData("blob_v256")]
    [InlineData("blob_v01")]
    [InlineData("blob_v+1")]
    [InlineData("blob_v-1")]
    [InlineData("foo_v1")]
    [InlineData("schema_v1")]
    public void OtherTextIsRefused(string text) => SchemaId.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("ab", true)]
    [InlineData("a_b", true)]
    [InlineData("a1", true)]
    [InlineData("a", false)]
    [InlineData("1a", false)]
    [InlineData("a_", false)]
    [InlineData("_a", false)]
    [InlineData("a-b", false)]
    [InlineData("é_b", false)]
    public void NamesAreChecked(string name, bool accepted)
    {
        SchemaId.TryParse($"{name}_{Low}_{High}", out var id).ShouldBe(accepted);
        if (accepted)
        {
            id!.Name.ShouldBe(name);
            id.ShouldBe(SchemaId.Application(name, DocumentViewId.FromUnsorted([High, Low])));
        }
        else
        {
            Should.Throw<ArgumentException>(() => SchemaId.Application(name, DocumentViewId.Of(Low)));
        }
    }

    [Fact]
    public void NamesHaveAtMost64Characters()
    {
        SchemaId.TryParse($"{new string('a', 64)}_{Low}", out _).ShouldBeTrue();
        SchemaId.TryParse($"{new string('a', 65)}_{Low}", out _).ShouldBeFalse();
        SchemaId.TryParse($"{new string('a', 67)}_{Low}", out _).ShouldBeFalse();
        SchemaId.TryParse($"{new string('a', 68)}_{Low}", out _).ShouldBeFalse();
    }

    [Fact]
    public void ViewsMustBeSortedAndUnique()
    {
        SchemaId.TryParse($"ab_{High}_{Low}", out _).ShouldBeFalse();
        SchemaId.TryParse($"ab_{Low}_{Low}", out _).ShouldBeFalse();
        SchemaId.TryParse($"ab_{Low}_{High.ToString()[..66]}", out _).ShouldBeFalse();
    }

    [Fact]
    public void TheOrderIsThatOfP2PandaRs()
    {
        SchemaId[] ordered =
        [
            SchemaId.Application("ab", DocumentViewId.Of(Low)),
            SchemaId.Application("ab", DocumentViewId.FromUnsorted([Low, High])),
            SchemaId.Application("ab", DocumentViewId.Of(High)),
            SchemaId.Application("abc", DocumentViewId.Of(Low)),
            SchemaId.SchemaDefinition,
            SchemaId.SchemaFieldDefinition,
            SchemaId.Blob,
            SchemaId.BlobPiece,
        ];
        ordered.Reverse().Order().ShouldBe(ordered);
        ordered.Reverse().Order(SchemaId.AnnouncementOrder).ShouldBe(ordered[4..].Concat(ordered[..4]));
    }

    [Fact]
    public void HashesInUpperCaseNameAnotherSchema()
    {
        SchemaId.TryParse($"ab_{Low.ToString().ToUpperInvariant()}", out var upper).ShouldBeTrue();
        upper.ShouldNotBe(SchemaId.Application("ab", DocumentViewId.Of(Low)));
        upper!.ViewId.ShouldBe(DocumentViewId.Of(Low));
    }
}
