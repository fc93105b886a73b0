namespace P2Panda.Documents.Schemas;

/// <summary>A schema and the number under which the tables have it.</summary>
/// <param name="Number">System schemas have the numbers below zero.</param>
/// <param name="Schema">The schema.</param>
/// <param name="IsListed">Whether a definition makes it now, or operations follow it.</param>
internal sealed record KnownSchema(long Number, Schema Schema, bool IsListed);
