using P2Panda.Radio.Gateway.GraphQL.Language;
using P2Panda.Radio.Gateway.GraphQL.Types;

namespace P2Panda.Radio.Gateway.GraphQL.Execution;

/// <summary>A field of the answer: fragments spread, fields of one key merged, directives obeyed, arguments read.</summary>
/// <param name="Key">Its name in the answer.</param>
/// <param name="Owner">The type that has the field.</param>
/// <param name="Definition">The field of the type.</param>
/// <param name="Arguments">Those that have a value, null included.</param>
/// <param name="Children">The fields of its value.</param>
/// <param name="Location">Where it stands first.</param>
internal sealed record PlannedField(
    string Key,
    ObjectType Owner,
    Field Definition,
    IReadOnlyDictionary<string, object?> Arguments,
    IReadOnlyList<PlannedField> Children,
    Location Location)
{
    /// <summary>The first child that is this field, whatever it is called in the answer, or none.</summary>
    public PlannedField? Find(string name) => Children.FirstOrDefault(child => child.Definition.Name == name);
}
