using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Gateway.Hosting;
using P2Panda.Radio.Node;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Nodes;
using P2Panda.Radio.Simulation.Time;
using P2Panda.Store.Memory;

namespace P2Panda.Radio.Gateway.Tests.Hosting;

public sealed class RadioMetricsTests
{
    [Fact]
    public async Task EveryReasonToRefuseHasACountAndRefusalsAreCounted()
    {
        using var key = KeyPair.FromSeed(new byte[32]);
        var time = new VirtualTimeProvider();
        var ether = new SimulatedEther(time);
        var options = new RadioNodeOptions
        {
            Key = key,
            Network = NetworkId.FromName("metrics"),
            Plan = StationPlan.Create(RegionalPlans.Get("eu868"), new StationSetup { WantedDbm = 14 }),
            Profile = "standard",
            Opening = new LedgerOpening { FirstStart = true },
        };
        using var gateway = new SimulatedGateway(ether, "gateway", options, new MemoryLogStore(time: time), 1, NullLogger<RadioNode>.Instance);
        using var metrics = new RadioMetrics(gateway.Node);
        await metrics.StartAsync(default);
        gateway.Start();
        ((IRadioEvents)gateway.Node).FrameReceived(new ReceivedFrame(new byte[] { 0x80, 1, 2 }, -90, 5, 0));
        time.RunFor(TimeSpan.FromMinutes(2));

        var refusals = new Dictionary<string, long>();
        var airtime = 0.0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, all) =>
        {
            if (instrument.Meter.Name == RadioMetrics.MeterName)
            {
                all.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if (instrument.Name == "p2panda.radio.refusals")
            {
                refusals[(string)tags[0].Value!] = value;
            }
        });
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => airtime += instrument.Name == "p2panda.radio.airtime.used" ? value : 0);
        listener.Start();
        listener.RecordObservableInstruments();

        refusals.Keys.Order().ShouldBe(Enum.GetNames<RefusalReason>().Where(name => name != nameof(RefusalReason.None)).Order());
        refusals[nameof(RefusalReason.FrameVersion)].ShouldBe(1);
        airtime.ShouldBe(gateway.Node.Counters.Airtime.TotalSeconds, 1e-6);
        airtime.ShouldBeGreaterThan(0);
    }
}
