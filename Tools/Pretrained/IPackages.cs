namespace QEngine.Tools.Pretrained;

/// <summary>Where NuGet packages come from.</summary>
internal interface IPackages
{
    /// <summary>The folder of a package, unpacked.</summary>
    /// <param name="package">Its name.</param>
    /// <param name="version">Its version, no other.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="QEngineException">It cannot be had; the message says why in a line.</exception>
    string Find(string package, string version, CancellationToken cancellationToken);
}
