using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Regulation;

namespace P2Panda.Radio.Mesh;

/// <summary>An entry that waits for company in a burst.</summary>
/// <param name="Position">Which entry.</param>
/// <param name="Class">How pressing it is.</param>
/// <param name="DueAt">When it goes out, alone if need be.</param>
internal sealed record PendingEntry(EntryPosition Position, TrafficClass Class, TimeSpan DueAt);
