using System.Diagnostics;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Time;

namespace P2Panda.Radio.Gateway.Benchmarks;

/// <summary>
/// What a frame of 64 bytes costs on the SPI bus, counted at the chip's pins, beside the sequence of a driver that touches one register at a
/// time; and how long it takes from the interrupt to the frame's last byte. On a Raspberry Pi every transfer is a system call of 30 to 100 µs.
/// </summary>
internal sealed class SpiBenchmark : Benchmark
{
    private const int FrameLength = 64;
    private const int Rounds = 200;

    private static readonly RadioSettings Settings = new()
    {
        FrequencyHz = 869_462_500,
        Modulation = new LoraModulation { SpreadingFactor = 7, BandwidthHz = 125_000 },
        PowerDbm = 14,
    };

    public override string Name => "spi";

    public override string Description => "SPI transfers and bytes for a frame of 64 bytes, beside a naive driver's";

    public override IEnumerable<Figure> Run(IProgress<string> progress, CancellationToken cancellation)
    {
        progress.Report("counting transfers at the chip's pins");
        var time = new VirtualTimeProvider();
        var ether = new SimulatedEther(time);
        using var sender = new SimulatedStation(ether, "sender");
        using var receiver = new SimulatedStation(ether, "receiver");
        ether.ConnectAll();
        var (sending, receiving) = (new Listener(), new Listener());
        sender.Radio.Start(Settings, sending);
        receiver.Radio.Start(Settings, receiving);
        sending.OnSent = sender.Radio.Receive;
        sender.Radio.Receive();
        receiver.Radio.Receive();

        // The first frame finds registers that have to be turned around; those after it are what a gateway sends all day.
        Exchange();
        var before = (Sender: sender.SpiCounters, Receiver: receiver.SpiCounters);
        receiving.Clear();
        Exchange();
        var (send, receive) = (sender.SpiCounters - before.Sender, receiver.SpiCounters - before.Receiver);
        var (naiveSend, naiveReceive) = NaiveDriver.Count(FrameLength);

        yield return new Figure("spi.send.transfers", "transfers", send.Transfers, Better.Lower, naiveSend.Transfers) { Note = "with the turn to receiving after it" };
        yield return new Figure("spi.send.bytes", "bytes", send.Bytes, Better.Lower, naiveSend.Bytes);
        yield return new Figure("spi.receive.transfers", "transfers", receive.Transfers, Better.Lower, naiveReceive.Transfers);
        yield return new Figure("spi.receive.bytes", "bytes", receive.Bytes, Better.Lower, naiveReceive.Bytes);
        yield return new Figure("spi.naive.send.transfers", "transfers", naiveSend.Transfers, Better.Lower) { Note = "one register or FIFO byte a transfer" };
        yield return new Figure("spi.naive.send.bytes", "bytes", naiveSend.Bytes, Better.Lower);
        yield return new Figure("spi.naive.receive.transfers", "transfers", naiveReceive.Transfers, Better.Lower);
        yield return new Figure("spi.naive.receive.bytes", "bytes", naiveReceive.Bytes, Better.Lower);

        progress.Report("timing the way from the interrupt to the frame");
        var latencies = new List<double>();
        for (var round = 0; round < Rounds && !cancellation.IsCancellationRequested; round++)
        {
            receiving.Clear();
            sender.Radio.Transmit(new byte[FrameLength]);
            time.RunFor(LoraTiming.Frame(Settings.Modulation, FrameLength) - TimeSpan.FromMicroseconds(1));
            // Only what the interrupt sets off is left to do: serve it, read the FIFO, hand the frame over.
            var started = Stopwatch.GetTimestamp();
            time.RunFor(TimeSpan.FromMicroseconds(1));
            receiving.Require();
            latencies.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            time.RunFor(TimeSpan.FromMilliseconds(100));
        }

        latencies.Sort();
        yield return new Figure("spi.interrupt-to-frame", "us", latencies[latencies.Count / 2], Better.Lower)
        {
            Note = $"median of {latencies.Count}; driver and chip model on this machine, without a bus's system calls",
        };

        void Exchange()
        {
            sender.Radio.Transmit(new byte[FrameLength]);
            time.RunFor(TimeSpan.FromSeconds(1));
            receiving.Require();
        }
    }

    /// <summary>
    /// What simple drivers do for a frame: read-modify-write of single registers, and one transfer for every byte of the FIFO. Carried out on
    /// a chip model, which counts.
    /// </summary>
    private static class NaiveDriver
    {
        public static (SpiCounters Send, SpiCounters Receive) Count(int length)
        {
            var time = new VirtualTimeProvider();
            using var chip = new ChipModel(new SimulatedEther(time), "naive");
            Write(chip, 0x01, 0x80);
            Write(chip, 0x01, 0x81);
            var start = chip.Counters;
            Write(chip, 0x01, (byte)(Read(chip, 0x01) & ~7 | 1));
            Write(chip, 0x1D, (byte)(Read(chip, 0x1D) & ~1));
            Write(chip, 0x0D, 0);
            Write(chip, 0x22, 0);
            for (var i = 0; i < length; i++)
            {
                Write(chip, 0x00, (byte)i);
            }

            Write(chip, 0x22, (byte)length);
            Write(chip, 0x40, 0x40);
            Write(chip, 0x01, 0x83);
            time.RunFor(TimeSpan.FromSeconds(1));
            Write(chip, 0x12, Read(chip, 0x12));
            Write(chip, 0x40, 0x00);
            Write(chip, 0x01, 0x85);
            var sent = chip.Counters - start;

            start = chip.Counters;
            Write(chip, 0x12, Read(chip, 0x12));
            Read(chip, 0x13);
            Write(chip, 0x0D, Read(chip, 0x10));
            for (var i = 0; i < length; i++)
            {
                Read(chip, 0x00);
            }

            // Strength, SNR and frequency error of the frame.
            foreach (var register in (ReadOnlySpan<byte>)[0x1A, 0x19, 0x28, 0x29, 0x2A])
            {
                Read(chip, register);
            }

            return (sent, chip.Counters - start);
        }

        private static void Write(ChipModel chip, byte register, byte value) => chip.Spi.Write([(byte)(register | 0x80), value]);

        private static byte Read(ChipModel chip, byte register)
        {
            Span<byte> answer = stackalloc byte[2];
            chip.Spi.TransferFullDuplex([register, 0], answer);
            return answer[1];
        }
    }

    private sealed class Listener : IRadioEvents
    {
        private int _frames;

        public Action? OnSent { get; set; }

        public void Clear() => _frames = 0;

        public void Require()
        {
            if (_frames != 1)
            {
                throw new InvalidOperationException($"{_frames} frames came in where one was sent.");
            }
        }

        public void FrameReceived(ReceivedFrame frame) => _frames++;

        public void FrameCorrupted()
        {
        }

        public void TransmitCompleted() => OnSent?.Invoke();

        public void ActivityDetectionCompleted(bool detected)
        {
        }

        public void Faulted(RadioFault fault) => throw new InvalidOperationException(fault.Message);
    }
}
