using P2Panda.Core.Logs;

namespace P2Panda.Radio.Mesh.Repair;

/// <summary>Consecutive entries of one log.</summary>
/// <param name="Log">The log.</param>
/// <param name="From">First sequence number.</param>
/// <param name="Count">How many.</param>
public readonly record struct RepairRange(LogKey Log, ulong From, int Count);
