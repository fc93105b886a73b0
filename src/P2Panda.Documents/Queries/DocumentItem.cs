namespace P2Panda.Documents.Queries;

/// <summary>A document of a page.</summary>
/// <param name="Document">The document.</param>
/// <param name="Cursor">Where a page after it begins; opaque.</param>
public sealed record DocumentItem(DocumentRecord Document, string Cursor);
