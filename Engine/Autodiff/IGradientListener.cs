namespace QEngine.Autodiff;

/// <summary>Told by a backward pass, while it goes on, which gradients of parameters it will add nothing more to.</summary>
internal interface IGradientListener
{
    /// <summary>All that the pass adds to the gradients from an element of the parameters' buffer on has been added.</summary>
    /// <param name="element">The first of them; falls, or stays, from call to call.</param>
    void CompleteFrom(int element);
}
