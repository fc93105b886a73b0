using System.ComponentModel;
using P2Panda.Bridge.Traffic;

namespace P2Panda.Radio.Gateway.Api.Traffic;

internal sealed record RefusalCount(
    [property: Description("Where the entries were going.")] TrafficDirection Direction,
    [property: Description("Why they were refused.")] TrafficRefusal Reason,
    [property: Description("How many.")] long Count);
