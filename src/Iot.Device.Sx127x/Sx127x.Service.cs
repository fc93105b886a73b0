namespace Iot.Device.Sx127x;

/// <content>What the modem reports (datasheet 4.1.6.5, 5.5.5, 5.5.7).</content>
public sealed partial class Sx127x
{
    private const byte DioReceive = 0x00;
    private const byte DioTransmit = 0x40;
    private const byte DioActivity = 0xA0;
    private const byte CrcOnPayload = 0x40;
    private const byte SignalDetected = 0x01;
    private const byte SignalSynchronised = 0x02;
    private const byte HeaderInfoValid = 0x08;
    private const double FrequencyErrorStepHz = (1 << 24) / 32_000_000.0;
    private const long LowFrequencyEdgeHz = 525_000_000;
    private const int FifoSize = 256;
    private const int StatusLength = Register.HopChannel - Register.FifoRxCurrentAddr + 1;
    private const int StatusAndErrorLength = Register.FeiMsb + 3 - Register.FifoRxCurrentAddr;

    /// <summary>Flags that keep coming back are a fault for <see cref="CheckHealth"/>, not for an endless loop.</summary>
    private const int MaxServiceRounds = 16;

    private int RssiOffsetDbm =>
        Family == ChipFamily.Sx1272 ? -139 : _image!.Settings.FrequencyHz <= LowFrequencyEdgeHz ? -164 : -157;

    /// <summary>
    /// Sees to the interrupts there are, and adds what happened to <paramref name="events"/>. Cheap when nothing did. Call it after
    /// <see cref="Interrupt"/>, and from time to time without.
    /// </summary>
    /// <remarks>
    /// Flags are read once, exactly those read are cleared, and the line is looked at again before returning: a flag raised between the read
    /// and the clear makes no new edge, and a driver that waits for one goes deaf.
    /// </remarks>
    public void Service(ICollection<Sx127xEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        if (_image is null || Mode == OperatingMode.Sleep)
            return;
        Span<byte> status = stackalloc byte[StatusLength];
        for (var round = 0; round < MaxServiceRounds; round++)
        {
            var flags = ReadFlags(status);
            if (flags == IrqFlags.None)
                return;
            WriteRegister(Register.IrqFlags, (byte)flags);
            Handle(flags, status, events);
            if (HasInterruptLine && !IsInterruptPending)
                return;
        }
    }

    /// <summary>Signal strength on the channel now in dBm, or none when the chip is not receiving.</summary>
    public double? CurrentRssiDbm() =>
        Mode is OperatingMode.ReceiveContinuous or OperatingMode.ReceiveSingle ? RssiOffsetDbm + ReadRegister(Register.RssiValue) : null;

    /// <summary>Whether the demodulator has found a preamble, or is in the middle of a packet.</summary>
    public bool IsReceivingPacket() =>
        Mode is OperatingMode.ReceiveContinuous or OperatingMode.ReceiveSingle
        && (ReadRegister(Register.ModemStat) & (SignalDetected | SignalSynchronised | HeaderInfoValid)) != 0;

    /// <summary>
    /// Compares the chip with what it was told: version, mode, and the registers that hold channel, power and modem. None when all is well,
    /// else what differs.
    /// </summary>
    public string? CheckHealth()
    {
        var image = RequireImage();
        var version = ReadRegister(Register.Version);
        if (version != Version)
            return $"The version register reads 0x{version:X2} instead of 0x{Version:X2}.";
        var mode = (byte)(ReadRegister(Register.OpMode) & ~LowFrequencyMode);
        var mayHaveEnded = Mode is OperatingMode.Transmit or OperatingMode.ReceiveSingle or OperatingMode.ActivityDetection;
        if (mode != (LongRangeMode | (byte)Mode) && !(mayHaveEnded && mode == (LongRangeMode | (byte)OperatingMode.Standby)))
            return $"The mode register reads 0x{mode:X2} instead of 0x{LongRangeMode | (byte)Mode:X2}.";
        return CompareRegisters(image, Register.FrfMsb, Register.Lna) ?? CompareRegisters(image, Register.ModemConfig1, Register.MaxPayloadLength);
    }

    private string? CompareRegisters(RegisterImage image, Register first, Register last)
    {
        Span<byte> got = stackalloc byte[last - first + 1];
        ReadRegisters(first, got);
        for (var i = 0; i < got.Length; i++)
        {
            var address = (byte)first + i;
            if (image.Values.ContainsKey((byte)address) && _written[address] >= 0 && got[i] != _written[address])
                return $"Register 0x{address:X2} reads 0x{got[i]:X2} instead of 0x{_written[address]:X2}: the chip has lost its configuration.";
        }

        return null;
    }

    private IrqFlags ReadFlags(Span<byte> status)
    {
        const int FlagsIndex = (byte)Register.IrqFlags - (byte)Register.FifoRxCurrentAddr;
        if (Mode is not (OperatingMode.ReceiveContinuous or OperatingMode.ReceiveSingle))
            return (IrqFlags)ReadRegister(Register.IrqFlags);
        // One transfer brings the flags and everything there is to know of the packet, before the next can overwrite it.
        ReadRegisters(Register.FifoRxCurrentAddr, status);
        return (IrqFlags)status[FlagsIndex];
    }

    private void Handle(IrqFlags flags, ReadOnlySpan<byte> status, ICollection<Sx127xEvent> events)
    {
        switch (Mode)
        {
            case OperatingMode.Transmit when flags.HasFlag(IrqFlags.TxDone):
                Mode = OperatingMode.Standby;
                events.Add(new Sx127xEvent(Sx127xEventKind.TransmitCompleted));
                break;
            case OperatingMode.ActivityDetection when flags.HasFlag(IrqFlags.CadDone):
                Mode = OperatingMode.Standby;
                events.Add(new Sx127xEvent(flags.HasFlag(IrqFlags.CadDetected) ? Sx127xEventKind.ChannelActive : Sx127xEventKind.ChannelIdle));
                break;
            case OperatingMode.ReceiveContinuous or OperatingMode.ReceiveSingle when flags.HasFlag(IrqFlags.RxDone):
                TakePackets(flags, status, events);
                if (Mode == OperatingMode.ReceiveSingle)
                    Mode = OperatingMode.Standby;
                break;
            case OperatingMode.ReceiveSingle when flags.HasFlag(IrqFlags.RxTimeout):
                Mode = OperatingMode.Standby;
                events.Add(new Sx127xEvent(Sx127xEventKind.ReceiveTimedOut));
                break;
        }
    }

    /// <summary>
    /// Takes the packet that was reported, and one more if it came in between the reading of the flags and their clearing: its flag was
    /// cleared with the first one's, but the counters and the address tell.
    /// </summary>
    private void TakePackets(IrqFlags flags, ReadOnlySpan<byte> status, ICollection<Sx127xEvent> events)
    {
        Span<byte> current = stackalloc byte[StatusAndErrorLength];
        Span<byte> later = stackalloc byte[StatusAndErrorLength];
        status.CopyTo(current);
        while (true)
        {
            var payload = IsWhole(flags, current) ? ReadFifo(At(current, Register.FifoRxCurrentAddr), LengthOf(current)) : null;
            ReadRegisters(Register.FifoRxCurrentAddr, later);
            events.Add(payload is null || WasOvertaken(current, later)
                ? new Sx127xEvent(Sx127xEventKind.PacketCorrupted)
                : new Sx127xEvent(Sx127xEventKind.PacketReceived, Describe(payload, current, later)));
            var another = Mode == OperatingMode.ReceiveContinuous
                && At(later, Register.FifoRxCurrentAddr) != At(current, Register.FifoRxCurrentAddr)
                && ((IrqFlags)At(later, Register.IrqFlags) & IrqFlags.RxDone) == 0;
            if (!another)
                return;
            var counted = At(later, Register.ValidPacketCntLsb) != At(current, Register.ValidPacketCntLsb);
            flags = counted ? IrqFlags.RxDone : IrqFlags.RxDone | IrqFlags.PayloadCrcError;
            later.CopyTo(current);
        }
    }

    private int LengthOf(ReadOnlySpan<byte> status) => _image!.Settings.ImplicitHeaderLength ?? At(status, Register.RxNbBytes);

    private bool IsWhole(IrqFlags flags, ReadOnlySpan<byte> status)
    {
        // A header that announces no CRC lets damage through unseen; when we want one, such a packet is not ours.
        var lacksCrc = _image!.Settings.Crc && (At(status, Register.HopChannel) & CrcOnPayload) == 0;
        return (flags & IrqFlags.PayloadCrcError) == 0 && !lacksCrc && LengthOf(status) > 0;
    }

    /// <summary>In continuous reception the next packet lands behind this one and may reach its bytes while they are read.</summary>
    private bool WasOvertaken(ReadOnlySpan<byte> status, ReadOnlySpan<byte> later)
    {
        var length = LengthOf(status);
        var last = (byte)(At(status, Register.FifoRxCurrentAddr) + length - 1);
        return (byte)(At(later, Register.FifoRxByteAddr) - last) + length > FifoSize;
    }

    private Sx127xPacket Describe(byte[] payload, ReadOnlySpan<byte> status, ReadOnlySpan<byte> later)
    {
        var snr = (sbyte)At(status, Register.PktSnrValue) / 4.0;
        var raw = At(status, Register.PktRssiValue);
        var rssi = RssiOffsetDbm + (snr >= 0 ? raw * 16 / 15.0 : raw + snr);
        return new Sx127xPacket(payload, rssi, snr, FrequencyErrorHz(later[^3..]));
    }

    private double FrequencyErrorHz(ReadOnlySpan<byte> registers)
    {
        // 20 bits, two's complement.
        var value = ((registers[0] & 0x0F) << 16) | (registers[1] << 8) | registers[2];
        if (value >= 1 << 19)
            value -= 1 << 20;
        // Datasheet 4.1.5: the SX1276's estimate is in units of the bandwidth over 500 kHz, the SX1272's is not. The step is its inverse.
        var scale = Family == ChipFamily.Sx1272 ? 1 : _image!.Settings.Bandwidth.ToHertz() / 500_000.0;
        return value * FrequencyErrorStepHz * scale;
    }

    private static byte At(ReadOnlySpan<byte> status, Register register) => status[(byte)register - (byte)Register.FifoRxCurrentAddr];
}
