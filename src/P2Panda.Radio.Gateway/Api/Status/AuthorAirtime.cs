using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Api.Status;

internal sealed record AuthorAirtime(
    [property: Description("The author's public key.")] string Author,
    [property: Description("Airtime used for the author's entries, in seconds.")] double Seconds);
