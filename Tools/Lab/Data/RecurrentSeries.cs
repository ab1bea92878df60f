namespace QEngine.Tools.Lab;

/// <summary>The series of the QLSTM family (Chen et al., arXiv 2009.01783; repository ycchen1989/FederatedQLSTM).</summary>
internal static class RecurrentSeries
{
    // So fine that halving them changes no digit of single precision.
    private const int StepsPerPoint = 100, BesselNodes = 400;

    /// <summary>
    /// The angular velocity of a damped pendulum, theta'' = -0.15 theta' - 9.81 sin theta with theta = 0 and theta' = 3 at first, at 240
    /// times from 0 to 20; by the fourth-order method of Runge and Kutta.
    /// </summary>
    public static double[] DampedPendulum() => Pendulum(240, 20, Math.Sin);

    /// <summary>The same with another force of the angle.</summary>
    /// <param name="points">Points of the series.</param>
    /// <param name="duration">The time of the last one.</param>
    /// <param name="force">What stands where the pendulum has sin theta.</param>
    internal static double[] Pendulum(int points, double duration, Func<double, double> force)
    {
        double[] series = new double[points];
        double step = duration / ((points - 1) * (double)StepsPerPoint);
        (double angle, double velocity) = (0, 3);
        for (int i = 0; i < points; i++)
        {
            series[i] = velocity;
            for (int part = 0; part < StepsPerPoint; part++) (angle, velocity) = Next(angle, velocity, step, force);
        }
        return series;
    }

    /// <summary>The Bessel function J2 at 256 points from 2 to 100.</summary>
    public static double[] BesselJ2()
    {
        double[] series = new double[256];
        for (int i = 0; i < series.Length; i++) series[i] = Bessel(2, 2 + (98.0 * i / (series.Length - 1)));
        return series;
    }

    /// <summary>
    /// A Bessel function of the first kind of integer order by its integral, (1/pi) times that of cos(n a - x sin a) from 0 to pi, whose
    /// trapezoidal sum is exact to rounding for x up to a hundred.
    /// </summary>
    internal static double Bessel(int order, double x)
    {
        double sum = 0;
        for (int i = 0; i < BesselNodes; i++)
        {
            double angle = Math.PI * (i + 0.5) / BesselNodes;
            sum += Math.Cos((order * angle) - (x * Math.Sin(angle)));
        }
        return sum / BesselNodes;
    }

    /// <summary>
    /// NARMA of an order n above 2, y' = 0.3 y + 0.05 y (sum of the last n) + 1.5 u[t-n+1] u[t] + 0.1, 300 points from 0; of order 2,
    /// y' = 0.4 y + 0.4 y y[t-1] + 0.6 u^3 + 0.1. Its input is <see cref="NarmaInput"/>.
    /// </summary>
    public static double[] Narma(int order)
    {
        const int Length = 300;
        double[] y = new double[Length];
        for (int t = order - 1; t + 1 < Length; t++)
        {
            if (order == 2)
            {
                y[t + 1] = (0.4 * y[t]) + (0.4 * y[t] * y[t - 1]) + (0.6 * Math.Pow(NarmaInput(t), 3)) + 0.1;
                continue;
            }
            double sum = 0;
            for (int back = 0; back < order; back++) sum += y[t - back];
            y[t + 1] = (0.3 * y[t]) + (0.05 * y[t] * sum) + (1.5 * NarmaInput(t - order + 1) * NarmaInput(t)) + 0.1;
        }
        return y;
    }

    /// <summary>0.1 (sin 2.11 a sin 3.73 a sin 4.11 a + 1), a = 2 pi t / 300.</summary>
    internal static double NarmaInput(int t)
    {
        double angle = 2 * Math.PI * t / 300;
        return 0.1 * ((Math.Sin(2.11 * angle) * Math.Sin(3.73 * angle) * Math.Sin(4.11 * angle)) + 1);
    }

    private static (double Angle, double Velocity) Next(double angle, double velocity, double step, Func<double, double> force)
    {
        (double a1, double v1) = (velocity, Acceleration(angle, velocity));
        (double a2, double v2) = (velocity + (step / 2 * v1), Acceleration(angle + (step / 2 * a1), velocity + (step / 2 * v1)));
        (double a3, double v3) = (velocity + (step / 2 * v2), Acceleration(angle + (step / 2 * a2), velocity + (step / 2 * v2)));
        (double a4, double v4) = (velocity + (step * v3), Acceleration(angle + (step * a3), velocity + (step * v3)));
        return (
            angle + (step / 6 * (a1 + (2 * a2) + (2 * a3) + a4)),
            velocity + (step / 6 * (v1 + (2 * v2) + (2 * v3) + v4)));

        double Acceleration(double atAngle, double atVelocity) => (-0.15 * atVelocity) - (9.81 * force(atAngle));
    }
}
