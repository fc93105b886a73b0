using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Capture;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Air.Sealing;
using P2Panda.Radio.Air.Tests.Corpus;

namespace P2Panda.Radio.Air.Tests.Capture;

public sealed class CaptureTests : IDisposable
{
    private static readonly RadioSettings Settings = new()
    {
        FrequencyHz = 869_462_500,
        PowerDbm = 14,
        Modulation = new LoraModulation { SpreadingFactor = 7, BandwidthHz = 125_000 },
    };

    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, 250, TimeSpan.Zero);
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void TsharkReadsTheLoRaTapHeader()
    {
        using (var capture = CaptureWriter.Create(_file))
        {
            capture.WriteReceived(At, Settings, new ReceivedFrame(new byte[] { 0x41, 1, 2, 3, 4, 0, 9 }, -101, -3.25, 120));
            capture.WriteSent(At.AddSeconds(1), Settings with { Modulation = Settings.Modulation with { BandwidthHz = 500_000, SpreadingFactor = 9 } }, [0x41, 1, 2, 3, 4, 7, 9]);
        }

        var frames = Tshark("frame.time_epoch", "loratap.channel.frequency", "loratap.channel.bandwidth", "loratap.channel.sf", "loratap.rssi.packet", "loratap.rssi.snr", "loratap.syncword");
        frames.ShouldBe([
            ["1772366400.250000000", "869462500", "1", "7", "38", "243", "0x57"],
            ["1772366401.250000000", "869462500", "4", "9", "0", "0", "0x57"],
        ]);
    }

    [Fact]
    public void TsharkShowsTheFieldsOfOurFrames()
    {
        var signature = Enumerable.Repeat((byte)0xEE, 64).ToArray();
        byte[] want = [0x40, 0x60, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 1, 2, 0xAB, 0xCD, .. signature];
        byte[] authorEntry = [0x40, 0x40, 9, 8, 7];
        byte[] coded = [0x40 | 3, 0xDE, 0xAD, 0xBE, 0xEF, 200, 1, 2, 3, 4];
        byte[] strict = [0x60 | 3, 0xDE, 0xAD, 0xBE, 0xEF, 2, 1, 2, 3, 4, 0xA, 0xB, 0xC, 0xD, .. signature];
        byte[] foreign = [0x80, 1, 2, 3];
        using (var capture = CaptureWriter.Create(_file))
        {
            capture.WriteReceived(At, Settings, new ReceivedFrame(want, -80, 9, 0));
            capture.WriteSent(At, Settings, authorEntry);
            capture.WriteReceived(At, Settings, new ReceivedFrame(coded, -80, 9, 0));
            capture.WriteReceived(At, Settings, new ReceivedFrame(strict, -80, 9, 0));
            capture.WriteReceived(At, Settings, new ReceivedFrame(foreign, -80, 9, 0));
        }

        var rows = Tshark("p2panda_radio.direction", "p2panda_radio.k", "p2panda_radio.tag", "p2panda_radio.symbol_id", "p2panda_radio.repair", "p2panda_radio.symbol_length", "p2panda_radio.burst.kind", "p2panda_radio.burst.key_id", "p2panda_radio.burst.counter", "p2panda_radio.burst.body", "p2panda_radio.strict", "p2panda_radio.strict.key_hint", "_ws.expert.message");
        rows[0].ShouldBe(["received", "1", "", "", "", "80", "3", "0102030405060708", "258", "abcd", "0", "", ""]);
        rows[1].ShouldBe(["sent", "1", "", "", "", "4", "2", "", "", "090807", "0", "", ""]);
        rows[2].ShouldBe(["received", "4", "0xdeadbeef", "200", "1", "4", "", "", "", "", "0", "", ""]);
        rows[3].ShouldBe(["received", "4", "0xdeadbeef", "2", "0", "4", "", "", "", "", "1", "0a0b0c0d", ""]);
        rows[4].ShouldBe(["received", "", "", "", "", "", "", "", "", "", "", "", "unknown version"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TsharkReadsWhatTheWriterWrites(bool strict)
    {
        var station = new Station(1, strict: strict);
        var log = SampleEntries.Log(SampleEntries.Key(1), 0, 20, index => $"line {index} {Convert.ToHexString(SHA256.HashData([(byte)index]))}");
        station.Logs.Add(log);
        var request = Station.Sf7 with { Strict = strict };
        var bursts = new List<OutgoingBurst>();
        bursts.Add(station.Writer.Write(BurstKind.Announcement, station.Announcement, request with { Loss = 0, MaxSourceSymbols = 1 }));
        bursts.AddRange(station.Writer.WriteEntries([log[0]], request with { Loss = 0 }));
        bursts.AddRange(station.Writer.WriteEntries([.. log.Skip(1)], request));
        var expected = new List<string[]>();
        using (var capture = CaptureWriter.Create(_file))
        {
            foreach (var burst in bursts)
            {
                for (var i = 0; i < Math.Min(3, burst.Key.SourceSymbols); i++)
                {
                    var bytes = burst.NextFrame();
                    capture.WriteSent(At, Settings, bytes);
                    Frame.TryParse(bytes, out var frame).ShouldBe(RefusalReason.None);
                    var single = frame.Key.SourceSymbols == 1;
                    expected.Add([
                        $"{frame.Key.SourceSymbols}",
                        single ? string.Empty : $"0x{frame.Key.Tag}",
                        single ? string.Empty : $"{frame.SymbolId}",
                        $"{frame.Key.SymbolLength}",
                        single ? $"{(int)burst.Kind}" : string.Empty,
                        single && BurstFormat.IsGatewaySealed(burst.Kind) ? $"{KeyId.Of(station.Key.PublicKey)}" : string.Empty,
                        Convert.ToHexStringLower(frame.Symbol),
                        strict ? "1" : "0",
                        string.Empty,
                    ]);
                }
            }
        }

        expected.Select(row => row[0]).ShouldContain("1");
        expected.Select(row => row[0]).Distinct().Count().ShouldBeGreaterThan(1);
        Tshark("p2panda_radio.k", "p2panda_radio.tag", "p2panda_radio.symbol_id", "p2panda_radio.symbol_length", "p2panda_radio.burst.kind", "p2panda_radio.burst.key_id", "p2panda_radio.symbol", "p2panda_radio.strict", "_ws.expert.message")
            .ShouldBe(expected);
    }

    [Fact]
    public void AFullFileStopsGrowingAndCountsWhatIsMissing()
    {
        using var stream = new MemoryStream();
        using var capture = new CaptureWriter(stream, maxBytes: 200);
        for (var i = 0; i < 10; i++)
        {
            capture.WriteSent(At, Settings, new byte[50]);
        }

        stream.Length.ShouldBe(24 + (2 * (16 + 15 + 50)));
        capture.Dropped.ShouldBe(8);
    }

    [Fact]
    public void ACapturingRadioWritesWhatPassesAndHidesNothing()
    {
        using var stream = new FillingStream();
        var events = new Listener();
        var inner = new EchoRadio();
        using (var radio = new CapturingRadio(inner, new CaptureWriter(stream), TimeProvider.System))
        {
            radio.Start(Settings, events);
            radio.Transmit([1, 2, 3]);
            inner.Events!.FrameReceived(new ReceivedFrame(new byte[] { 4, 5 }, -90, 5, 0));
            events.Heard.ShouldBe(1);
            events.Sent.ShouldBe(1);
            stream.Length.ShouldBe(24 + 31 + 3 + 31 + 2);

            stream.IsFull = true;
            radio.Transmit([1]);
            events.Sent.ShouldBe(2);
            radio.CaptureFailure.ShouldBe("disk full");
        }

        inner.Disposed.ShouldBeTrue();
    }

    private static string Root => typeof(CaptureTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(item => item.Key == "RepositoryRoot").Value!;

    private List<string[]> Tshark(params string[] fields)
    {
        var script = Path.Combine(Root, "firmware-config/wireshark/p2panda-radio.lua");
        string[] arguments = ["-n", "-X", $"lua_script:{script}", "-r", _file, "-T", "fields", "-E", "separator=|", .. fields.SelectMany(field => new[] { "-e", field })];
        using var tshark = Process.Start(new ProcessStartInfo("tshark", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = tshark.StandardError.ReadToEndAsync();
        var output = tshark.StandardOutput.ReadToEnd();
        tshark.WaitForExit();
        errors.Result.ShouldNotContain("Lua");
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('|'))];
    }

    private sealed class FillingStream : MemoryStream
    {
        public bool IsFull { get; set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (IsFull)
            {
                throw new IOException("disk full");
            }

            base.Write(buffer);
        }
    }

    private sealed class Listener : IRadioEvents
    {
        public int Heard { get; private set; }

        public int Sent { get; private set; }

        public void FrameReceived(ReceivedFrame frame) => Heard++;

        public void FrameCorrupted()
        {
        }

        public void TransmitCompleted() => Sent++;

        public void ActivityDetectionCompleted(bool detected)
        {
        }

        public void Faulted(RadioFault fault)
        {
        }
    }

    private sealed class EchoRadio : IRadio
    {
        public IRadioEvents? Events { get; private set; }

        public bool Disposed { get; private set; }

        public int MaxFrameLength => 255;

        public RadioState State => RadioState.Standby;

        public void Start(RadioSettings settings, IRadioEvents events) => Events = events;

        public void Configure(RadioSettings settings)
        {
        }

        public void Receive()
        {
        }

        public void Transmit(ReadOnlySpan<byte> frame) => Events!.TransmitCompleted();

        public void DetectActivity()
        {
        }

        public void Standby()
        {
        }

        public double? CurrentRssiDbm() => null;

        public bool IsReceivingFrame() => false;

        public void Dispose() => Disposed = true;
    }
}
