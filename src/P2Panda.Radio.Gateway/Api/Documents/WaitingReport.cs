namespace P2Panda.Radio.Gateway.Api.Documents;

/// <summary>An operation that came before what it is built upon.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="Missing">What has not come yet.</param>
internal sealed record WaitingReport(string Operation, string Author, IReadOnlyList<string> Missing);
