namespace Iot.Device.Sx127x;

/// <summary>Something that happened in the modem.</summary>
/// <param name="Kind">What.</param>
/// <param name="Packet">The packet, where one came in whole.</param>
public readonly record struct Sx127xEvent(Sx127xEventKind Kind, Sx127xPacket? Packet = null);
