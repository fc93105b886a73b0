using P2Panda.Core.Logs;
using P2Panda.Store;

namespace P2Panda.Radio.Node;

/// <summary>Entries on their way into the store.</summary>
/// <param name="Places">Where each stands among those that were heard together.</param>
/// <param name="Entries">The entries.</param>
/// <param name="Task">Completes when they are durable.</param>
internal sealed record AppendUnderWay(IReadOnlyList<int> Places, IReadOnlyList<VerifiedEntry> Entries, Task<IReadOnlyList<AppendResult>> Task);
