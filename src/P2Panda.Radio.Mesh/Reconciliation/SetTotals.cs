namespace P2Panda.Radio.Mesh.Reconciliation;

/// <summary>How much a set holds; what two gateways compare first.</summary>
/// <param name="Logs">Number of logs.</param>
/// <param name="Entries">Number of entries, modulo 2^32.</param>
public readonly record struct SetTotals(uint Logs, uint Entries);
