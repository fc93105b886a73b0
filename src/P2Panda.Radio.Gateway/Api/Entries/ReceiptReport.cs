using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Api.Entries;

/// <summary>How far an entry has spread by radio, as far as this gateway can tell.</summary>
internal sealed record ReceiptReport(
    [property: Description("Neighbours known to hold it.")] int Holders,
    [property: Description("Neighbours heard lately.")] int Neighbours,
    [property: Description("Frames sent that carry it.")] int FramesSent,
    [property: Description("Frames heard from others that carry it.")] int FramesHeard,
    [property: Description("Whether it is kept off the air for now: a share is used up, or it is not meant for the air.")] bool IsHeld);
