namespace P2Panda.Documents.Queries;

/// <summary>A query that cannot be answered; the message is for whoever asked.</summary>
public sealed class DocumentQueryException(string message) : Exception(message);
