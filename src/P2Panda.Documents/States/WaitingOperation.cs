using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Documents.States;

/// <summary>An operation that came before what it is built upon.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Author">Who wrote it.</param>
/// <param name="Missing">What has not come yet.</param>
public sealed record WaitingOperation(EntryId Operation, PublicKey Author, IReadOnlyList<EntryId> Missing);
