namespace P2Panda.Radio.Mesh;

/// <summary>What is known about the spreading of an entry, from what was sent and overheard.</summary>
/// <param name="Holders">Neighbours known to hold it.</param>
/// <param name="Neighbours">Neighbours heard lately.</param>
/// <param name="FramesSent">Frames sent that carry it.</param>
/// <param name="FramesHeard">Frames heard from others that carry it.</param>
/// <param name="IsHeld">Whether it is kept off the air for now: a share is used up, or it is not meant for the air.</param>
public sealed record EntryReceipt(int Holders, int Neighbours, int FramesSent, int FramesHeard, bool IsHeld);
