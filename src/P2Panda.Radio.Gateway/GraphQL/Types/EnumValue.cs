namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>A value of an enumeration.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it means.</param>
internal sealed record EnumValue(string Name, string? Description = null);
