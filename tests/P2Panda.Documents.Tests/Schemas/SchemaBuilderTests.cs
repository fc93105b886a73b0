using P2Panda.Core.Hashing;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Materialisation;
using P2Panda.Documents.Schemas;

namespace P2Panda.Documents.Tests.Schemas;

public sealed class SchemaBuilderTests
{
    private readonly Dictionary<DocumentViewId, DocumentView> _views = [];
    private int _ids;

    [Fact]
    public void ASchemaComesFromItsDefinitions()
    {
        var name = FieldDefinition("name", "str");
        var place = FieldDefinition("place", "relation(blob_v1)");
        var definition = Definition("venue", "where it is", name, place);
        var problem = SchemaBuilder.Build(definition, Find, out var schema);
        problem.ShouldBe(SchemaProblem.None);
        schema!.Id.Text.ShouldBe($"venue_{definition.ViewId}");
        schema.Description.ShouldBe("where it is");
        schema.Fields.ShouldBe([
            KeyValuePair.Create("name", new FieldType(FieldKind.String)),
            KeyValuePair.Create("place", new FieldType(FieldKind.Relation, SchemaId.Blob))]);
    }

    [Fact]
    public void ADefinitionThatIsNotCompleteMakesNone()
    {
        var name = FieldDefinition("name", "str");
        Problem(Definition("venue", "")).ShouldBe(SchemaProblem.NoFields);
        Problem(Definition("venue", "", name, DocumentViewId.Of(Yasmf.Hash("later"u8)))).ShouldBe(SchemaProblem.FieldDefinitionMissing);
        Problem(Definition("venue", "", name, name)).ShouldBe(SchemaProblem.DuplicateField);
        Problem(Definition("venue", "", FieldDefinition("1", "str"))).ShouldBe(SchemaProblem.InvalidFieldDefinition);
        Problem(Definition("venue", "", FieldDefinition("a", "text"))).ShouldBe(SchemaProblem.InvalidFieldDefinition);
        Problem(Definition("venue", "", Definition("venue", "", name).ViewId)).ShouldBe(SchemaProblem.InvalidFieldDefinition);
        Problem(Definition("v", "", name)).ShouldBe(SchemaProblem.NotADefinition);
        Problem(_views[name]).ShouldBe(SchemaProblem.NotADefinition);
        Problem(Definition("venue", "", name) with { IsDeleted = true }).ShouldBe(SchemaProblem.Deleted);
    }

    private DocumentView? Find(DocumentViewId viewId) => _views.GetValueOrDefault(viewId);

    private SchemaProblem Problem(DocumentView definition)
    {
        var problem = SchemaBuilder.Build(definition, Find, out var schema);
        schema.ShouldBeNull();
        return problem;
    }

    private DocumentViewId FieldDefinition(string name, string type) => Document(
        SchemaId.SchemaFieldDefinition, ("name", PlainValue.String(name)), ("type", PlainValue.String(type))).ViewId;

    private DocumentView Definition(string name, string description, params DocumentViewId[] fields) => Document(
        SchemaId.SchemaDefinition,
        ("name", PlainValue.String(name)),
        ("description", PlainValue.String(description)),
        ("fields", PlainValue.PinnedRelationList(fields)));

    private DocumentView Document(SchemaId schemaId, params (string Name, PlainValue Value)[] fields)
    {
        EntryId id = Yasmf.Hash(BitConverter.GetBytes(_ids++));
        var graph = new DocumentGraph(id);
        graph.Add(id, Operation.Create(schemaId, new PlainFields(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)))));
        var view = graph.Materialise()!;
        return _views[view.ViewId] = view;
    }
}
