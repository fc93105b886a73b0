namespace P2Panda.Documents.Queries;

/// <summary>A list of relations in a document.</summary>
/// <param name="Holder">The document, as a query gave it.</param>
/// <param name="Field">The list's field.</param>
public sealed record RelationList(DocumentRecord Holder, string Field);
