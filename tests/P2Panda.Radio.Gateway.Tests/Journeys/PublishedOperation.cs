namespace P2Panda.Radio.Gateway.Tests.Journeys;

/// <summary>An operation by the account of the app that published it.</summary>
/// <param name="Id">What the client library calls it.</param>
/// <param name="Author">Public key.</param>
/// <param name="SchemaId">Schema of the document.</param>
/// <param name="Previous">Operations it builds upon; none for the first of a document.</param>
/// <param name="Fields">Values it sets; none where it deletes the document.</param>
internal sealed record PublishedOperation(string Id, string Author, string SchemaId, string[] Previous, IReadOnlyDictionary<string, object>? Fields);
