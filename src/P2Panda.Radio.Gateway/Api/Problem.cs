using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Api;

/// <summary>Why a call was not answered (RFC 9457).</summary>
internal sealed record Problem(
    [property: Description("The HTTP status.")] int Status,
    [property: Description("What was wrong, in words.")] string Detail);
