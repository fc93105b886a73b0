using P2Panda.Core.Logs;

namespace P2Panda.Radio.Gateway.Tests.RealTime;

/// <summary>Gateways A, B, C and D on one air, to which a story happens. Instants are the air's, counted from when the row was made.</summary>
internal interface IRow : IAsyncDisposable
{
    /// <summary>Lets time pass up to an instant.</summary>
    Task RunToAsync(TimeSpan at);

    Task SwitchOnAsync(string gateway);

    /// <summary>Somebody publishes at a gateway.</summary>
    Task PublishAsync(string gateway, VerifiedEntry entry);

    /// <summary>Lets two gateways hear each other.</summary>
    void Connect(string a, string b);

    /// <summary>Ends it: what was on the air, and what everybody holds.</summary>
    Task<RowOutcome> EndAsync();
}
