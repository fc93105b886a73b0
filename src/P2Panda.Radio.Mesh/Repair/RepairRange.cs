namespace P2Panda.Radio.Mesh.Repair;

/// <summary>Consecutive entries of one log.</summary>
/// <param name="Tag">The log's tag under <see cref="RepairSetMessage.Salt"/>, 48 bits.</param>
/// <param name="From">First sequence number.</param>
/// <param name="Count">How many.</param>
public readonly record struct RepairRange(ulong Tag, ulong From, int Count);
