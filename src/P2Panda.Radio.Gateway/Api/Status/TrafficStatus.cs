using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Api.Status;

internal sealed record TrafficStatus(
    [property: Description("What the frames were for.")] string Purpose,
    [property: Description("Frames.")] long Frames,
    [property: Description("Their time on air in seconds.")] double AirtimeSeconds);
