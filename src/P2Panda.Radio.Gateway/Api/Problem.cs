using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Api;

/// <summary>Why a call was not answered (RFC 9457).</summary>
internal sealed record Problem(
    [property: Description("The HTTP status.")] int Status,
    [property: Description("What was wrong, in words.")] string Detail,
    [property: Description("Every single thing that is wrong with a body, where there can be several.")] IReadOnlyList<string>? Problems = null);
