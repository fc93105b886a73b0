using P2Panda.Radio.Gateway.GraphQL.Language;
using P2Panda.Radio.Gateway.GraphQL.Types;

namespace P2Panda.Radio.Gateway.GraphQL.Validation;

/// <summary>Takes every variable for good and remembers where it stood.</summary>
internal sealed class VariableUsages : IVariableSource
{
    /// <summary>The places of the part that is being looked at.</summary>
    public List<VariableUsage> Places { get; set; } = [];

    public bool HasValue(InputNode.Variable variable) => true;

    public Coerced Read(InputNode.Variable variable, GraphQLType place, bool hasDefault)
    {
        Places.Add(new VariableUsage(variable.Name, place, hasDefault, variable.Location));
        return new Coerced(null);
    }
}
