namespace Iot.Device.Sx127x;

/// <content>Access to registers and FIFO. Every access is one SPI transfer: address byte, then data (datasheet 2.2).</content>
public sealed partial class Sx127x
{
    private const byte WriteFlag = 0x80;
    private const int RegisterCount = 0x80;

    private readonly byte[] _transmitBuffer = new byte[MaxPayloadLength + 1];
    private readonly byte[] _receiveBuffer = new byte[MaxPayloadLength + 1];

    /// <summary>What was last written to each register; -1 where that is not known.</summary>
    private readonly short[] _written = NothingWritten();

    /// <summary>Reads a register.</summary>
    public byte ReadRegister(Register register)
    {
        Span<byte> write = [(byte)register, 0];
        Span<byte> read = stackalloc byte[2];
        _spi.TransferFullDuplex(write, read);
        return read[1];
    }

    /// <summary>Reads consecutive registers.</summary>
    public void ReadRegisters(Register first, Span<byte> values)
    {
        var length = values.Length + 1;
        var write = _transmitBuffer.AsSpan(0, length);
        write.Clear();
        write[0] = (byte)first;
        _spi.TransferFullDuplex(write, _receiveBuffer.AsSpan(0, length));
        _receiveBuffer.AsSpan(1, values.Length).CopyTo(values);
    }

    /// <summary>Writes a register behind the binding's back: for experiments.</summary>
    public void WriteRegister(Register register, byte value)
    {
        Span<byte> write = [(byte)((byte)register | WriteFlag), value];
        _spi.Write(write);
        _written[(byte)register] = value;
    }

    /// <summary>Reads registers 0x01 to 0x7F of the LoRa page, at their addresses.</summary>
    public byte[] ReadAllRegisters()
    {
        var values = new byte[RegisterCount];
        ReadRegisters(Register.OpMode, values.AsSpan(1));
        return values;
    }

    private static short[] NothingWritten()
    {
        var written = new short[RegisterCount];
        Array.Fill(written, (short)-1);
        return written;
    }

    private void WriteRegisters(byte first, ReadOnlySpan<byte> values)
    {
        var write = _transmitBuffer.AsSpan(0, values.Length + 1);
        write[0] = (byte)(first | WriteFlag);
        values.CopyTo(write[1..]);
        _spi.Write(write);
        for (var i = 0; i < values.Length; i++)
            _written[first + i] = values[i];
    }

    /// <summary>Writes a register unless it holds the value already.</summary>
    private void SetRegister(Register register, byte value)
    {
        if (_written[(byte)register] != value)
            WriteRegister(register, value);
    }

    private void SetFrequency(int word)
    {
        Span<byte> values = [(byte)(word >> 16), (byte)(word >> 8), (byte)word];
        // The write to the last byte is what takes effect, so all three go in one burst.
        for (var i = 0; i < values.Length; i++)
        {
            if (_written[(byte)Register.FrfMsb + i] != values[i])
            {
                WriteRegisters((byte)Register.FrfMsb, values);
                return;
            }
        }
    }

    private void WriteFifo(ReadOnlySpan<byte> payload)
    {
        _transmitBuffer[0] = WriteFlag | (byte)Register.Fifo;
        payload.CopyTo(_transmitBuffer.AsSpan(1));
        _spi.Write(_transmitBuffer.AsSpan(0, payload.Length + 1));
    }

    private byte[] ReadFifo(byte address, int length)
    {
        WriteRegister(Register.FifoAddrPtr, address);
        var write = _transmitBuffer.AsSpan(0, length + 1);
        write.Clear();
        _spi.TransferFullDuplex(write, _receiveBuffer.AsSpan(0, length + 1));
        return _receiveBuffer.AsSpan(1, length).ToArray();
    }

    /// <summary>Writes an image in as few bursts as its gaps allow, and reads it back.</summary>
    private void WriteImage(RegisterImage image)
    {
        _image = null;
        foreach (var (first, values) in Runs(image))
            WriteRegisters(first, values);
        Verify(image);
        _image = image;
    }

    private void Verify(RegisterImage image)
    {
        foreach (var (first, wanted) in Runs(image))
        {
            var got = new byte[wanted.Length];
            ReadRegisters((Register)first, got);
            for (var i = 0; i < wanted.Length; i++)
            {
                if (got[i] != wanted[i])
                    throw new Sx127xException($"Register 0x{first + i:X2} was written 0x{wanted[i]:X2} and reads 0x{got[i]:X2}. "
                        + "Check the SPI wiring, the supply, and try a lower SPI clock.");
            }
        }
    }

    private static IEnumerable<(byte First, byte[] Values)> Runs(RegisterImage image)
    {
        List<byte> run = [];
        byte first = 0;
        foreach (var (address, value) in image.Values)
        {
            if (run.Count > 0 && address != first + run.Count)
            {
                yield return (first, [.. run]);
                run.Clear();
            }

            if (run.Count == 0)
                first = address;
            run.Add(value);
        }

        yield return (first, [.. run]);
    }
}
