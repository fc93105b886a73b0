using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Mesh.Speaking;

namespace P2Panda.Radio.Mesh;

/// <content>Speaking without ever hearing anything.</content>
public sealed partial class MeshNode
{
    /// <summary>Share of the airtime the carousel may use; the rest is for what is new.</summary>
    private const double CarouselShare = 0.8;

    private TimeSpan _carouselDue;

    /// <summary>Turns of the carousel after which a listener who tuned in has heard of every entry.</summary>
    public int CarouselTurnsForEverything => _carousel.TurnsForEverything;

    private void TurnCarousel(TimeSpan now)
    {
        if (now < _carouselDue || _queue.Count > 0)
        {
            _carouselDue = _queue.Count > 0 && now >= _carouselDue ? now + _frame : _carouselDue;
            return;
        }

        var allowed = _carouselBudget.AllowedAt(now);
        if (allowed > now)
        {
            _carouselDue = allowed;
            return;
        }

        var entries = _carousel.Next();
        if (entries.Count == 0)
        {
            _carouselDue = TimeSpan.MaxValue;
            return;
        }

        Speak(entries, BurstPurpose.Carousel, TrafficClass.History, now);
        Counters.CarouselTurns++;
        _carouselDue = now + _frame;
    }
}
