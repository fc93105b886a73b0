using System.Device.Linux;

namespace System.Device.Spi;

/// <summary>A device on an SPI bus. Every call is one transfer under one chip select.</summary>
public abstract class SpiDevice : IDisposable
{
    /// <summary>For implementations.</summary>
    protected SpiDevice()
    {
    }

    /// <summary>A device on a bus of this machine. The bus is opened at the first transfer.</summary>
    public static SpiDevice Create(SpiConnectionSettings settings) => new UnixSpiDevice(settings ?? throw new ArgumentNullException(nameof(settings)));

    /// <summary>How the device hangs on its bus.</summary>
    public abstract SpiConnectionSettings ConnectionSettings { get; }

    /// <summary>Reads one byte.</summary>
    public virtual byte ReadByte()
    {
        Span<byte> buffer = stackalloc byte[1];
        Read(buffer);
        return buffer[0];
    }

    /// <summary>Fills a buffer from the device.</summary>
    public abstract void Read(Span<byte> buffer);

    /// <summary>Writes one byte.</summary>
    public virtual void WriteByte(byte value)
    {
        ReadOnlySpan<byte> buffer = [value];
        Write(buffer);
    }

    /// <summary>Writes a buffer to the device.</summary>
    public abstract void Write(ReadOnlySpan<byte> buffer);

    /// <summary>Writes and reads at once; both buffers are of the same length.</summary>
    public abstract void TransferFullDuplex(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of the bus.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
