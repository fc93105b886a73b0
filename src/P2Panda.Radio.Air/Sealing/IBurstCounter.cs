namespace P2Panda.Radio.Air.Sealing;

/// <summary>Hands out burst counters, each greater than the last over the whole life of a key.</summary>
public interface IBurstCounter
{
    /// <summary>The next counter, 1 to <see cref="BurstFormat.MaxCounter"/>.</summary>
    /// <exception cref="IOException">The mark could not be made durable: nothing may be sent.</exception>
    /// <exception cref="InvalidOperationException">All counters of this key are used up: it must be replaced.</exception>
    ulong Next();
}
