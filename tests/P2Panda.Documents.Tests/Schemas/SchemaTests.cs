using P2Panda.Core.Hashing;
using P2Panda.Core.Operations;
using P2Panda.Documents.Schemas;

namespace P2Panda.Documents.Tests.Schemas;

public sealed class SchemaTests
{
    private static readonly DocumentViewId View = DocumentViewId.Of(Yasmf.Hash([1]));

    private static readonly Schema Venue = new(SchemaId.Application("venue", View), "", new Dictionary<string, FieldType>
    {
        ["name"] = new(FieldKind.String),
        ["seats"] = new(FieldKind.Integer),
    });

    [Fact]
    public void ACreateHasAllFieldsAndNoOthers()
    {
        Create(Venue, ("name", Text("x")), ("seats", PlainValue.Integer(1))).ShouldBe(SchemaViolation.None);
        Create(Venue, ("name", Text("x"))).ShouldBe(SchemaViolation.MissingField);
        Create(Venue).ShouldBe(SchemaViolation.MissingField);
        Create(Venue, ("name", Text("x")), ("seats", PlainValue.Integer(1)), ("more", Text(""))).ShouldBe(SchemaViolation.UnknownField);
        Create(Venue, ("name", Text("x")), ("seats", PlainValue.Float(1))).ShouldBe(SchemaViolation.WrongType);
    }

    [Fact]
    public void AnUpdateHasAnyOfThem()
    {
        Update(Venue).ShouldBe(SchemaViolation.None);
        Update(Venue, ("seats", PlainValue.Integer(1))).ShouldBe(SchemaViolation.None);
        Update(Venue, ("more", Text(""))).ShouldBe(SchemaViolation.UnknownField);
        Update(Venue, ("name", PlainValue.Integer(1))).ShouldBe(SchemaViolation.WrongType);
    }

    [Fact]
    public void ADeleteHasNone() => Venue.Validate(Operation.Delete(Venue.Id, View)).ShouldBe(SchemaViolation.None);

    [Fact]
    public void TheOperationNamesTheSchema() =>
        Venue.Validate(Operation.Delete(SchemaId.Blob, View)).ShouldBe(SchemaViolation.OtherSchema);

    [Theory]
    [InlineData("ab", SchemaViolation.None)]
    [InlineData("a", SchemaViolation.InvalidSchemaName)]
    [InlineData("ab_", SchemaViolation.InvalidSchemaName)]
    public void SchemaNamesAreChecked(string name, SchemaViolation expected) =>
        Update(Known(SchemaId.SchemaDefinition), ("name", Text(name))).ShouldBe(expected);

    [Fact]
    public void DescriptionsAndFieldListsAreBounded()
    {
        var schema = Known(SchemaId.SchemaDefinition);
        Update(schema, ("description", Text(string.Concat(Enumerable.Repeat("🐼", 256))))).ShouldBe(SchemaViolation.None);
        Update(schema, ("description", Text(new string('a', 257)))).ShouldBe(SchemaViolation.DescriptionTooLong);
        Update(schema, ("fields", PlainValue.PinnedRelationList(Enumerable.Repeat(View, 1024)))).ShouldBe(SchemaViolation.None);
        Update(schema, ("fields", PlainValue.PinnedRelationList(Enumerable.Repeat(View, 1025)))).ShouldBe(SchemaViolation.TooManyFields);
        Update(schema, ("fields", PlainValue.RelationList([]))).ShouldBe(SchemaViolation.None);
        Update(schema, ("fields", PlainValue.RelationList([Yasmf.Hash([1])]))).ShouldBe(SchemaViolation.WrongType);
    }

    [Theory]
    [InlineData("a", SchemaViolation.None)]
    [InlineData("A_1_", SchemaViolation.None)]
    [InlineData("", SchemaViolation.InvalidFieldName)]
    [InlineData("1a", SchemaViolation.InvalidFieldName)]
    [InlineData("a-b", SchemaViolation.InvalidFieldName)]
    [InlineData("ä", SchemaViolation.InvalidFieldName)]
    public void FieldNamesAreChecked(string name, SchemaViolation expected) =>
        Update(Known(SchemaId.SchemaFieldDefinition), ("name", Text(name))).ShouldBe(expected);

    [Fact]
    public void FieldNamesHaveAtMost64Characters()
    {
        Update(Known(SchemaId.SchemaFieldDefinition), ("name", Text(new string('a', 64)))).ShouldBe(SchemaViolation.None);
        Update(Known(SchemaId.SchemaFieldDefinition), ("name", Text(new string('a', 65)))).ShouldBe(SchemaViolation.InvalidFieldName);
    }

    [Theory]
    [InlineData("str", SchemaViolation.None)]
    [InlineData("relation(blob_v1)", SchemaViolation.None)]
    [InlineData("text", SchemaViolation.InvalidFieldType)]
    public void FieldTypesAreChecked(string type, SchemaViolation expected) =>
        Update(Known(SchemaId.SchemaFieldDefinition), ("type", Text(type))).ShouldBe(expected);

    [Theory]
    [InlineData("image/png", SchemaViolation.None)]
    [InlineData("application/vnd.oasis.opendocument.text", SchemaViolation.None)]
    [InlineData("image/svg+xml", SchemaViolation.None)]
    [InlineData("image", SchemaViolation.InvalidMimeType)]
    [InlineData("image/", SchemaViolation.InvalidMimeType)]
    [InlineData("image/PNG", SchemaViolation.InvalidMimeType)]
    [InlineData("image/png\n", SchemaViolation.InvalidMimeType)]
    [InlineData("text/html; charset=utf-8", SchemaViolation.InvalidMimeType)]
    public void MimeTypesAreChecked(string type, SchemaViolation expected) =>
        Update(Known(SchemaId.Blob), ("mime_type", Text(type))).ShouldBe(expected);

    [Fact]
    public void BlobsHavePiecesOfBoundedSize()
    {
        Update(Known(SchemaId.Blob), ("pieces", PlainValue.PinnedRelationList([]))).ShouldBe(SchemaViolation.NoPieces);
        Update(Known(SchemaId.BlobPiece), ("data", PlainValue.Bytes(new byte[256_000]))).ShouldBe(SchemaViolation.None);
        Update(Known(SchemaId.BlobPiece), ("data", PlainValue.Bytes(new byte[256_001]))).ShouldBe(SchemaViolation.PieceTooLarge);
    }

    [Fact]
    public void OnlyVersionOneOfSystemSchemasIsKnown()
    {
        Schema.System.Select(schema => schema.Id.Text).Order(StringComparer.Ordinal)
            .ShouldBe(["blob_piece_v1", "blob_v1", "schema_definition_v1", "schema_field_definition_v1"]);
        SchemaId.TryParse("blob_v2", out var second).ShouldBeTrue();
        Schema.TryGetSystem(second!, out _).ShouldBeFalse();
    }

    private static Schema Known(SchemaId id) => Schema.TryGetSystem(id, out var schema) ? schema : throw new InvalidOperationException();

    private static PlainValue Text(string text) => PlainValue.String(text);

    private static PlainFields Fields((string Name, PlainValue Value)[] fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private static SchemaViolation Create(Schema schema, params (string, PlainValue)[] fields) =>
        schema.Validate(Operation.Create(schema.Id, Fields(fields)));

    private static SchemaViolation Update(Schema schema, params (string, PlainValue)[] fields) =>
        schema.Validate(Operation.Update(schema.Id, View, Fields(fields)));
}
