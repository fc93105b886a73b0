using P2Panda.Radio.Gateway.GraphQL.Language;

namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>What stands behind the variables of an input.</summary>
internal interface IVariableSource
{
    /// <summary>Whether the variable has a value; where it has none, the argument or field counts as left out.</summary>
    bool HasValue(InputNode.Variable variable);

    /// <summary>The value, as the type of the place where the variable stands wants it.</summary>
    /// <param name="variable">The variable.</param>
    /// <param name="place">The type of the place.</param>
    /// <param name="hasDefault">Whether the place has a default, so that a variable that may be null can stand there.</param>
    Coerced Read(InputNode.Variable variable, GraphQLType place, bool hasDefault);
}
